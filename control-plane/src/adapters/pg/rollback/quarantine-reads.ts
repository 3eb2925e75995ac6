import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Quarantine, quarantineFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";
import { findListed, type List, listPage } from "../list.ts";

interface Row {
  readonly id: string;
  readonly kind: Quarantine["kind"];
  readonly application: string;
  readonly environment: string | null;
  readonly revision: string;
  readonly reason: string;
  readonly state: Quarantine["state"];
  readonly rollout_id: string | null;
  readonly commit: string | null;
  readonly problem: Problem | null;
  readonly created_at: Instant | null;
}

/** Files and rows together: a file's entry is told of by the row that became it, if one did. */
const filed = `
  select o.name as application, e ->> 'revision' as revision, e ->> 'reason' as reason
    from fleet_objects o cross join lateral jsonb_array_elements(o.form -> 'revisions') e where o.kind = 'Quarantine' and o.form is not null`;

const all = `
  select distinct on (application, id) * from (
    select f.application || '@' || f.revision as id, 'Revision' as kind, f.application, null as environment, f.revision, f.reason,
           'Committed' as state, q.rollout_id, null as commit, null::jsonb as problem, q.created_at
      from (${filed}) f
      left join lateral (select rollout_id, created_at from quarantines
                          where application = f.application and revision = f.revision and kind = 'Revision' and state <> 'Lifted'
                          order by created_at desc limit 1) q on true
    union all
    select case q.kind when 'Revision' then q.application || '@' || q.revision else q.id end, q.kind, q.application,
           q.environment, q.revision, q.reason, case q.kind when 'Revision' then 'Pending' else 'InForce' end, q.rollout_id,
           case q.kind when 'Content' then r.change_id end, q.problem, q.created_at
      from quarantines q join rollouts r on r.id = q.rollout_id
     where q.state = 'InForce'
       and not exists (select from (${filed}) f where q.kind = 'Revision' and f.application = q.application and f.revision = q.revision)) each
   order by application, id, created_at desc nulls last`;

const quarantines: List<keyof typeof quarantineFields> = {
  name: "quarantines-list",
  fields: quarantineFields,
  columns: {
    id: "q.id",
    kind: "q.kind",
    application: "q.application",
    environment: "q.environment",
    revision: "q.revision",
    reason: "q.reason",
    state: "q.state",
    rolloutId: "q.rollout_id",
    commit: "q.commit",
    createdAt: "q.created_at",
  },
  select: "q.*",
  from: `(${all}) q`,
  order: [],
  unique: ["application", "id"],
};

export const listQuarantines = (db: Db, request: ListRequest): Promise<Page<Quarantine>> => listPage(db, quarantines, request, shown);

/** Throws QUARANTINE_NOT_FOUND. */
export async function getQuarantine(db: Db, id: string): Promise<Quarantine> {
  const found = await findListed(db, quarantines, { id }, shown);
  if (found !== undefined) return found;
  const message = `get quarantine ${id}: nothing is quarantined by that name; \`drover get quarantines\` shows what is`;
  throw new DroverError("not-found", "QUARANTINE_NOT_FOUND", message);
}

const shown = ({ id, kind, application, revision, reason, state, ...row }: Row): Quarantine => ({
  id,
  kind,
  application,
  revision,
  reason,
  state,
  ...(row.environment === null ? {} : { environment: row.environment }),
  ...(row.rollout_id === null ? {} : { rolloutId: row.rollout_id }),
  ...(row.commit === null ? {} : { commit: row.commit }),
  ...(row.problem === null ? {} : { error: { code: row.problem.code, message: row.problem.message } }),
  ...(row.created_at === null ? {} : { createdAt: rfc3339(row.created_at) }),
});
