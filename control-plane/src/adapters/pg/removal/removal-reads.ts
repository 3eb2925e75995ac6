import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type ClusterState, type Removal, removalFields } from "@drover/proto/rest";
import type { RemovalReads } from "../../../app/read-models.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { findListed, type List, listPage } from "../list.ts";
import { removedBy } from "./removals.ts";

interface Row {
  readonly kind: "ApplicationRemoval" | "ClusterRemoval";
  readonly name: string;
  readonly form: { readonly deletionPolicy: Removal["deletionPolicy"]; readonly reason?: string };
  readonly commit: string;
  readonly projected_at: Instant;
  readonly waiting: number;
  readonly waiting_for: readonly WaitingRow[] | null;
}

interface WaitingRow {
  readonly cluster: string;
  readonly application: string;
  readonly clusterState: ClusterState;
  /** Milliseconds since 1970. */
  readonly lastSeen: number | null;
  readonly reason: string | null;
  readonly message: string | null;
}

const maxNamed = 20;

const columns = "e.kind, e.name, e.form, e.commit, f.projected_at, w.waiting, w.waiting_for";

const entries = `
  fleet_objects e
    join fleet_commits f on f.commit = e.commit
    cross join lateral (
      select count(*) as waiting,
             (jsonb_agg(jsonb_build_object('cluster', n.name, 'application', n.application, 'clusterState', n.state, 'lastSeen', n.seen,
                                           'reason', n.reason, 'message', n.message) order by n.name, n.application)
               filter (where n.place <= ${maxNamed})) as waiting_for
        from (select c.name, a.application, ${clusterState("c", "r")} as state, (extract(epoch from r.seen_at) * 1000)::bigint as seen,
                     case when s.generation = a.generation then s.reason end as reason,
                     case when s.generation = a.generation then s.message end as message,
                     row_number() over (order by c.name, a.application) as place
                from assignments a
                join clusters c on c.id = a.cluster_id
                left join cluster_reports r on r.cluster_id = c.id
                left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application
               where ${removedBy("e")}) n) w`;

const isRemoval = "e.kind in ('ApplicationRemoval', 'ClusterRemoval') and e.form is not null";

/** Of a place, `<environment>/<application>`; null of a cluster. */
const placePart = (part: 1 | 2): string => `(case e.kind when 'ApplicationRemoval' then split_part(e.name, '/', ${part}) end)`;

/** Names hold no @. */
const id = "(case e.kind when 'ApplicationRemoval' then split_part(e.name, '/', 2) || '@' || split_part(e.name, '/', 1) else e.name end)";

const removals: List<keyof typeof removalFields> = {
  name: "removals-list",
  fields: removalFields,
  columns: {
    id,
    kind: "(case e.kind when 'ApplicationRemoval' then 'Application' else 'Cluster' end)",
    application: placePart(2),
    environment: placePart(1),
    cluster: "(case e.kind when 'ClusterRemoval' then e.name end)",
    deletionPolicy: "(e.form ->> 'deletionPolicy')",
    reason: "(e.form ->> 'reason')",
    commit: "e.commit",
    createdAt: "f.projected_at",
    waiting: "w.waiting",
  },
  select: columns,
  from: entries,
  where: isRemoval,
  order: [],
  unique: [
    { sql: "e.kind", type: "text" },
    { sql: "e.name", type: "text" },
  ],
};

export const createRemovalReads = (db: Db): RemovalReads => ({
  list: (request) => listPage(db, removals, request, shown),
  async get(removal) {
    const found = await findListed(db, removals, { id: removal }, shown);
    if (found !== undefined) return found;
    const message = `get removal ${removal}: there is none, or it is done; \`drover get removals\` shows what is being removed`;
    throw new DroverError("not-found", "REMOVAL_NOT_FOUND", message);
  },
  async byName(kind, names) {
    const { rows } = await db.query<Row & Record<string, unknown>>({
      name: "removals-by-name",
      text: `select ${columns} from ${entries} where ${isRemoval} and e.kind = $1 and e.name = any($2::text[]) order by e.name`,
      values: [kind, names],
    });
    return rows.map(shown);
  },
  async environmentsWith(application) {
    const { rows } = await db.query<{ environment: string }>({
      name: "removals-environments",
      text: `select distinct a.environment from assignments a join clusters c on c.id = a.cluster_id and c.state = 'Enrolled'
              where a.application = $1 and not (a.state = 'withdrawn' and a.deletion_policy is not null) order by 1`,
      values: [application],
    });
    return rows.map(({ environment }) => environment);
  },
});

function shown({ kind, name, form, commit, projected_at, waiting, waiting_for }: Row): Removal {
  const [environment = "", application = ""] = name.split("/");
  return {
    ...(kind === "ApplicationRemoval"
      ? { id: `${application}@${environment}`, kind: "Application", application, environment }
      : { id: name, kind: "Cluster", cluster: name }),
    deletionPolicy: form.deletionPolicy,
    ...(form.reason === undefined ? {} : { reason: form.reason }),
    commit,
    createdAt: rfc3339(projected_at),
    waiting,
    waitingFor: (waiting_for ?? []).map(({ lastSeen, reason, message, ...one }) => ({
      ...one,
      ...(lastSeen === null ? {} : { lastSeenAt: rfc3339(lastSeen as Instant) }),
      ...(reason === null ? {} : { reason }),
      ...(message === null ? {} : { message }),
    })),
  };
}
