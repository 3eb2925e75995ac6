import { type Instant, rfc3339 } from "@drover/kit";
import type { Pin } from "@drover/proto/fleet";
import type { Placement, RolloutPhase } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { shownHealth } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
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
  readonly rollout_id: string | null;
  readonly rollout_phase: RolloutPhase | null;
  readonly updated_at: Instant | null;
  readonly clusters: number;
  readonly current: number;
  readonly proven: number;
  readonly drifted: number;
  readonly health: readonly HealthRow[];
}

/** Everything about the places in `places (application, environment)`: what git wants, what was made of it, and how far the clusters are. */
const placements = (places: string): string => `
  select w.application, w.environment, pin.form as pin, src.commit as head, p.revision, p.release_id, p.problem, p.updated_at,
         rel.application || '-' || rel.number as release_name, ro.id as rollout_id, ro.phase as rollout_phase,
         m.clusters, m.current, m.proven, m.drifted, h.health
    from (${places}) w
    join fleet_objects a on a.kind = 'Application' and a.name = w.application and a.form is not null
    join fleet_objects e on e.kind = 'Environment' and e.name = w.environment and e.form is not null
    left join fleet_objects pin on pin.kind = 'Pin' and pin.name = w.environment || '/' || w.application
    left join placements p on p.application = w.application and p.environment = w.environment
    left join releases rel on rel.id = p.release_id
    left join sources src on src.repository = a.form -> 'source' ->> 'repository'
      and src.ref = coalesce(e.form -> 'source' ->> 'ref', a.form -> 'source' ->> 'ref', 'main')
    left join lateral (
      select id, phase from rollouts r
       where r.application = w.application and r.environment = w.environment and r.scope = 'Environment'
       order by created_at desc, id desc limit 1) ro on true
    cross join lateral (
      select count(*) as clusters,
             count(*) filter (where s.state = 'active' and s.revision = p.revision) as current,
             count(*) filter (where s.state = 'active' and s.proven_at is not null) as proven,
             count(*) filter (where st.drifted > 0) as drifted
        from assignments s left join statuses st on st.cluster_id = s.cluster_id and st.application = s.application
       where s.application = w.application and s.environment = w.environment and s.state <> 'withdrawn') m
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('health', g.health, 'count', g.count)), '[]') as health
        from (select ${shownHealth("st", "c", "r")} as health, count(*) as count
                from assignments s
                join clusters c on c.id = s.cluster_id
                left join cluster_reports r on r.cluster_id = s.cluster_id
                left join statuses st on st.cluster_id = s.cluster_id and st.application = s.application
               where s.application = w.application and s.environment = w.environment and s.state <> 'withdrawn'
               group by 1) g) h`;

/** Places that git wants something of. */
const wanted = `
  select application, environment from placements where revision is not null or problem is not null
  union
  select split_part(name, '/', 2), split_part(name, '/', 1) from fleet_objects where kind = 'Pin' and form is not null`;

export async function listPlacements(
  db: Db,
  of: { readonly environment: string } | { readonly application: string },
  { size, after }: PageRequest,
): Promise<Page<Placement>> {
  const environment = "environment" in of ? of.environment : null;
  const application = "application" in of ? of.application : null;
  const places = `select * from (${wanted}) w
                   where ($1::text is null or w.environment = $1) and ($2::text is null or w.application = $2)
                     and ($3::text is null or (w.environment, w.application) > ($3, $4))
                   order by w.environment, w.application limit $5`;
  const { rows } = await db.query<PlacementRow>({
    name: "placements-list",
    text: `${placements(places)} order by w.environment, w.application`,
    values: [environment, application, after?.[0] ?? null, after?.[1] ?? null, size + 1],
  });
  return pageOf(rows, size, shown, (row) => [row.environment, row.application]);
}

/** Undefined when there is no such application or environment. A place that git wants nothing of is still a place. */
export async function getPlacement(db: Db, environment: string, application: string): Promise<Placement | undefined> {
  const { rows } = await db.query<PlacementRow>({
    name: "placements-get",
    text: placements("select $1::text as environment, $2::text as application"),
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
  ...(row.rollout_id === null || row.rollout_phase === null ? {} : { rollout: { id: row.rollout_id, phase: row.rollout_phase } }),
  summary: {
    clusters: row.clusters,
    current: row.current,
    proven: row.proven,
    drifted: row.drifted,
    health: healthCounts(row.health),
  },
  ...(row.updated_at === null ? {} : { updatedAt: rfc3339(row.updated_at) }),
});
