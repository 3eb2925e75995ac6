import { type Instant, rfc3339 } from "@drover/kit";
import type { Pin } from "@drover/proto/fleet";
import { type Placement, placementFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { shownHealth } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { type HealthRow, healthCounts } from "../cluster/health-counts.ts";

interface PlacementRow {
  readonly application: string;
  readonly environment: string;
  readonly pin: Pin | null;
  readonly head: string | null;
  readonly revision: string | null;
  readonly release_id: string | null;
  readonly release_name: string | null;
  readonly problem: Problem | null;
  readonly source_problem: Problem | null;
  readonly rollout: NonNullable<Placement["rollout"]> | null;
  readonly updated_at: Instant | null;
  readonly counts: Omit<Placement["summary"], "health">;
  readonly health: readonly HealthRow[];
}

/** Of a place: what git wants and what was made of it. */
const placed = `
  join fleet_objects a on a.kind = 'Application' and a.name = w.application and a.form is not null
  join fleet_objects e on e.kind = 'Environment' and e.name = w.environment and e.form is not null
  left join fleet_objects pin on pin.kind = 'Pin' and pin.name = w.environment || '/' || w.application
  left join placements p on p.application = w.application and p.environment = w.environment
  left join releases rel on rel.id = p.release_id
  left join sources src on src.repository = a.form -> 'source' ->> 'repository'
    and src.ref = coalesce(e.form -> 'source' ->> 'ref', a.form -> 'source' ->> 'ref', 'main')`;

/** How far its clusters are is counted for the places of a page alone, hence here and not in a join. */
const selected = `
  w.application, w.environment, pin.form as pin, src.commit as head, src.problem as source_problem, p.revision, p.release_id, p.problem, p.updated_at,
  rel.application || '-' || rel.number as release_name,
  (select jsonb_build_object('id', r.id, 'phase', r.phase) from rollouts r
    where r.application = w.application and r.environment = w.environment and r.scope = 'Environment'
    order by r.created_at desc, r.id desc limit 1) as rollout,
  (select jsonb_build_object('clusters', count(*),
                             'current', count(*) filter (where s.state = 'active' and s.revision = p.revision),
                             'proven', count(*) filter (where s.state = 'active' and s.proven_at is not null),
                             'drifted', count(*) filter (where st.drifted > 0))
     from assignments s left join statuses st on st.cluster_id = s.cluster_id and st.application = s.application
    where s.application = w.application and s.environment = w.environment and s.state <> 'withdrawn') as counts,
  (select coalesce(jsonb_agg(jsonb_build_object('health', g.health, 'count', g.count)), '[]')
     from (select ${shownHealth("st", "c", "r")} as health, count(*) as count
             from assignments s
             join clusters c on c.id = s.cluster_id
             left join cluster_reports r on r.cluster_id = s.cluster_id
             left join statuses st on st.cluster_id = s.cluster_id and st.application = s.application
            where s.application = w.application and s.environment = w.environment and s.state <> 'withdrawn'
            group by 1) g) as health`;

/** Places that git wants something of. */
const wanted = `
  select application, environment from placements where revision is not null or problem is not null
  union
  select split_part(name, '/', 2), split_part(name, '/', 1) from fleet_objects where kind = 'Pin' and form is not null`;

const placements: List<keyof typeof placementFields> = {
  name: "placements-list",
  fields: placementFields,
  columns: {
    application: "w.application",
    environment: "w.environment",
    revision: "p.revision",
    head: "src.commit",
    problem: "(p.problem ->> 'code')",
    updatedAt: "p.updated_at",
  },
  select: selected,
  from: `(${wanted}) w ${placed}`,
  order: [],
  unique: ["environment", "application"],
};

export const listPlacements = (db: Db, request: ListRequest): Promise<Page<Placement>> => listPage(db, placements, request, shown);

/** Undefined when there is no such application or environment. A place that git wants nothing of is still a place. */
export async function getPlacement(db: Db, environment: string, application: string): Promise<Placement | undefined> {
  const { rows } = await db.query<PlacementRow>({
    name: "placements-get",
    text: `select ${selected} from (select $1::text as environment, $2::text as application) w ${placed}`,
    values: [environment, application],
  });
  return rows[0] && shown(rows[0]);
}

const shown = (row: PlacementRow): Placement => ({
  application: row.application,
  environment: row.environment,
  ...(row.pin === null ? {} : { pin: { ...row.pin, clusters: { ...row.pin.clusters } } }),
  ...(row.head === null ? {} : { head: row.head }),
  ...(row.revision === null ? {} : { revision: row.revision }),
  ...(row.release_id === null || row.release_name === null ? {} : { release: { id: row.release_id, name: row.release_name } }),
  ...(row.problem === null ? {} : { problem: row.problem }),
  ...(row.source_problem === null ? {} : { sourceProblem: row.source_problem }),
  ...(row.rollout === null ? {} : { rollout: row.rollout }),
  summary: { ...row.counts, health: healthCounts(row.health) },
  ...(row.updated_at === null ? {} : { updatedAt: rfc3339(row.updated_at) }),
});
