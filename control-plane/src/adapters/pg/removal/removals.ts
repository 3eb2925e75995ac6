import type { ClusterId } from "@drover/kit";
import type { RemovalName, RemovalSnapshot, RemovalStore } from "../../../app/removal/reconcile-removal.ts";
import type { DeletionPolicy, RemovalPlan, RemovalTarget } from "../../../domain/removal/plan.ts";
import { recordHistory } from "../placement/assignment-history.ts";
import { type ChangedAssignment, tellOfAssignments } from "../placement/assignment-events.ts";
import type { Database, Db } from "../database.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";

export const createRemovalStore = (database: Database): RemovalStore => ({
  load: (removal) => load(database, removal),
  commit: (policy, plan) => database.transaction((tx) => commit(tx, policy, plan)),
});

/**
 * SQL for the assignments `a` that an entry `e` (kind, name, form) of `removals/` speaks of, those that are done left out. Where both an
 * application's and its cluster's removal speak of one, the cluster's decides.
 */
export const removedBy = (entry: string): string => `(
  not (a.state = 'withdrawn' and a.deletion_policy is not null) and
  case ${entry}.kind
    when 'ApplicationRemoval' then a.environment || '/' || a.application = ${entry}.name
         and not exists (select from fleet_objects o where o.kind = 'ClusterRemoval' and o.form ->> 'id' = a.cluster_id)
    else a.cluster_id = ${entry}.form ->> 'id' end)`;

/**
 * SQL: some environment places it there, or would if another one did not: what moves from one environment to another must not be deleted on
 * the way.
 */
const isWanted = `(
  exists (select from goals g where g.application = a.application and g.cluster_id = a.cluster_id)
  or exists (select from placements p, jsonb_array_elements(p.holds) h
              where p.application = a.application and p.environment <> a.environment and h ->> 'clusterId' = a.cluster_id))`;

/** SQL: the agent has said so, of this very generation. */
const isRemoved = "(s.reason = 'Removed' and s.generation = a.generation) is true";

interface EntryRow {
  readonly policy: DeletionPolicy | null;
  readonly reason: string | null;
  readonly leaving: ClusterId | null;
  readonly is_ending: boolean;
  readonly is_stopped: boolean;
}

interface TargetRow {
  readonly cluster_id: ClusterId;
  readonly application: string;
  readonly cluster_state: RemovalTarget["clusterState"];
  readonly state: RemovalTarget["state"];
  readonly deletion_policy: DeletionPolicy | null;
  readonly is_wanted: boolean;
  readonly is_removed: boolean;
}

/** An entry that is gone is looked at like one whose policy is not known, by the cluster's name where it was a cluster's. */
const entry = `
  select $1::text as kind, $2::text as name,
         coalesce(o.form, (select jsonb_build_object('id', c.id) from clusters c where $1 = 'ClusterRemoval' and c.name = $2)) as form, o.form as stored
    from (select) one left join fleet_objects o on o.kind = $1 and o.name = $2 and o.form is not null`;

async function load(db: Db, { kind, name }: RemovalName): Promise<RemovalSnapshot> {
  const values = [kind, name];
  const { rows: entries } = await db.query<EntryRow & Record<string, unknown>>({
    name: "removal-entry",
    text: `select e.stored ->> 'deletionPolicy' as policy, e.stored ->> 'reason' as reason, c.id as leaving,
                  exists (select from intents i where i.kind = 'RemovalDone' and i.subject = $2 and i.edit ->> 'of' = $1
                                                  and i.state in ('pending', 'writing')) as is_ending,
                  exists (select from emergency_stop) as is_stopped
             from (${entry}) e left join clusters c on e.kind = 'ClusterRemoval' and c.id = e.form ->> 'id' and c.state <> 'Revoked'`,
    values,
  });
  const { rows: targets } = await db.query<TargetRow & Record<string, unknown>>({
    name: "removal-targets",
    text: `select a.cluster_id, a.application, c.state as cluster_state, a.state, a.deletion_policy, ${isWanted} as is_wanted,
                  ${isRemoved} as is_removed
             from (${entry}) e
             join assignments a on ${removedBy("e")}
             join clusters c on c.id = a.cluster_id
             left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application
            where e.stored is not null
               or not exists (select from fleet_objects o where o.kind = 'ApplicationRemoval' and o.name = a.environment || '/' || a.application)
            order by a.cluster_id, a.application`,
    values,
  });
  const [row] = entries;
  return {
    policy: row?.policy ?? undefined,
    reason: row?.reason ?? "removed",
    targets: targets.map(toTarget),
    leaving: row?.leaving ?? undefined,
    isEnding: row?.is_ending === true,
    isStopped: row?.is_stopped === true,
  };
}

const toTarget = (row: TargetRow): RemovalTarget => ({
  clusterId: row.cluster_id,
  application: row.application,
  clusterState: row.cluster_state,
  state: row.state,
  deletionPolicy: row.deletion_policy ?? undefined,
  isWanted: row.is_wanted,
  isRemoved: row.is_removed,
});

async function commit(tx: Db, policy: DeletionPolicy | undefined, { remove, done, release }: RemovalPlan): Promise<void> {
  const changed = [
    ...(policy === undefined ? [] : await tellToRemove(tx, policy, remove)),
    ...(await withdraw(tx, done, "done")),
    ...(await withdraw(tx, release, "released")),
  ];
  await tellOfAssignments(tx, changed);
  await markEnvelopesChanged(
    tx,
    changed.map((row) => row.cluster_id),
  );
}

async function tellToRemove(tx: Db, policy: DeletionPolicy, targets: readonly RemovalTarget[]): Promise<readonly ChangedAssignment[]> {
  if (targets.length === 0) return [];
  const { rows } = await tx.query<ChangedAssignment>({
    name: "removal-tell",
    text: `with told as (
           update assignments a
              set state = 'removing', deletion_policy = $3, generation = a.generation + 1, rollout_id = null, assigned_at = now(),
                  acknowledged_at = null, proven_at = null
             from unnest($1::text[], $2::text[]) as t (cluster_id, application)
            where a.cluster_id = t.cluster_id and a.application = t.application and not ${isWanted}
              and (a.state <> 'removing' or a.deletion_policy is distinct from $3)
           returning a.*),
           recorded as (${recordHistory("told")})
           select cluster_id, application, environment from told`,
    values: [...keysOf(targets), policy],
  });
  return rows;
}

/** A row stays, so that generations go on rising; `deletion_policy` remembers how it was removed. */
async function withdraw(tx: Db, targets: readonly RemovalTarget[], as: "done" | "released"): Promise<readonly ChangedAssignment[]> {
  if (targets.length === 0) return [];
  const { rows } = await tx.query<ChangedAssignment>({
    name: "removal-withdraw",
    text: `with withdrawn as (
           update assignments a
              set state = 'withdrawn', assigned_at = now(), deletion_policy = case when $3 then a.deletion_policy end
             from unnest($1::text[], $2::text[]) as t (cluster_id, application)
            where a.cluster_id = t.cluster_id and a.application = t.application and a.state = 'removing' and not ${isWanted}
           returning a.*),
           recorded as (${recordHistory("withdrawn")})
           select cluster_id, application, environment from withdrawn`,
    values: [...keysOf(targets), as === "done"],
  });
  return rows;
}

const keysOf = (targets: readonly RemovalTarget[]): readonly [readonly string[], readonly string[]] => [
  targets.map(({ clusterId }) => clusterId),
  targets.map(({ application }) => application),
];
