import type { ClusterId } from "@drover/kit";
import type { Content } from "../../../domain/placement/content.ts";
import { type ChangedAssignment, tellOfAssignments } from "./assignment-events.ts";
import { proveHistory, recordHistory } from "./assignment-history.ts";
import type { Db } from "../database.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";

export interface Assigned {
  readonly clusterId: ClusterId;
  readonly generation: number;
  /** Whether the generation rose. Content that the cluster has already is no change. */
  readonly changed: boolean;
}

interface Assigning {
  readonly application: string;
  readonly environment: string;
  readonly rolloutId: string | undefined;
  readonly traceparent: string | undefined;
}

/** Gives clusters the content of their goals. Their envelopes are marked in the same transaction. */
export const assignGoals = (tx: Db, to: Assigning, clusterIds: readonly ClusterId[]): Promise<readonly Assigned[]> =>
  assign(tx, to, {
    name: "assignments-from-goals",
    source: `select g.cluster_id, g.project, g.release_id, g.revision, g.bundle, g.namespace, g.sync_policy, g.content_digest
               from goals g where g.application = $1 and g.environment = $2 and g.cluster_id = any($5::text[])`,
    value: clusterIds,
  });

/** Gives clusters other content than their goals': a newcomer gets the last completed release first. */
export const assignContents = (tx: Db, to: Assigning, contents: ReadonlyMap<ClusterId, Content>): Promise<readonly Assigned[]> =>
  assign(tx, to, {
    name: "assignments-from-contents",
    source: `select * from jsonb_to_recordset($5::jsonb) as c (cluster_id text, project text, release_id text, revision text, bundle text,
                                                               namespace text, sync_policy jsonb, content_digest text)`,
    value: JSON.stringify([...contents].map(([clusterId, content]) => contentRow(clusterId, content))),
  });

/** A content as the columns of goals and assignments. */
export const contentRow = (clusterId: ClusterId, content: Content) => ({
  cluster_id: clusterId,
  project: content.project,
  release_id: content.releaseId,
  revision: content.revision,
  bundle: content.bundle,
  namespace: content.namespace,
  sync_policy: content.syncPolicy,
  content_digest: content.digest,
});

interface Contents {
  readonly name: string;
  readonly source: string;
  readonly value: unknown;
}

/** SQL: the last record of an assignment in `assigned` says the same already. */
const isRecorded = `(assigned_at <> now() and exists (
  select from (select h.environment, h.revision from assignment_history h
                where h.cluster_id = assigned.cluster_id and h.application = assigned.application order by h.at desc limit 1) last
   where last.environment = assigned.environment and last.revision = assigned.revision))`;

const isSame = "a.content_digest = excluded.content_digest and a.state = 'active'";

/**
 * The generation rises with every change of content or state, and only then; proof of an older one is forgotten with it. `now()` is the
 * transaction's own time, so a row assigned at that time was changed by it. Rows are taken in the order of their clusters, as by every writer.
 * A first row goes on from what the cluster remembers of a database that was lost.
 */
async function assign(tx: Db, to: Assigning, contents: Contents): Promise<readonly Assigned[]> {
  const { rows } = await tx.query<{ cluster_id: ClusterId; generation: number; changed: boolean }>({
    name: contents.name,
    text: `with assigned as (
           insert into assignments as a (cluster_id, application, environment, project, state, generation, release_id, revision, bundle,
                                         namespace, sync_policy, content_digest, rollout_id, traceparent)
           select c.cluster_id, $1, $2, c.project, 'active',
                  case when m.content_digest = c.content_digest then m.generation else coalesce(m.generation, 0) + 1 end, c.release_id, c.revision, c.bundle,
                  c.namespace, c.sync_policy, c.content_digest, $3, $4
             from (${contents.source}) c left join recollections m on m.cluster_id = c.cluster_id and m.application = $1
            order by c.cluster_id
           on conflict (cluster_id, application) do update
             set environment = excluded.environment, project = excluded.project, state = 'active',
                 release_id = excluded.release_id, revision = excluded.revision, bundle = excluded.bundle,
                 namespace = excluded.namespace, sync_policy = excluded.sync_policy, content_digest = excluded.content_digest,
                 deletion_policy = null, rollout_id = excluded.rollout_id, traceparent = excluded.traceparent,
                 generation = case when ${isSame} then a.generation else a.generation + 1 end,
                 assigned_at = case when ${isSame} then a.assigned_at else now() end,
                 acknowledged_at = case when ${isSame} then a.acknowledged_at end,
                 proven_at = case when ${isSame} then a.proven_at end
           returning a.*),
           recorded as (${recordHistory(`assigned where not ${isRecorded}`)})
           select cluster_id, generation, assigned_at = now() as changed from assigned`,
    values: [to.application, to.environment, to.rolloutId ?? null, to.traceparent ?? null, contents.value],
  });
  const assigned = rows.map((row) => ({ clusterId: row.cluster_id, generation: row.generation, changed: row.changed }));
  // Also those that keep their content: the envelope names the environment, and one that was worded anew under its old place would be
  // taken for an older one at the agent's next sync, and the move taken back.
  await markEnvelopesChanged(
    tx,
    assigned.map(({ clusterId }) => clusterId),
  );
  return assigned;
}

/** Takes clusters out of an environment. Absence is not deletion: the agent keeps what runs and stops changing it. What is being removed goes on being so. */
export async function withdrawAssignments(
  tx: Db,
  application: string,
  environment: string,
  clusterIds: readonly ClusterId[],
): Promise<void> {
  if (clusterIds.length === 0) return;
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "assignments-withdraw",
    text: `with withdrawn as (
             update assignments set state = 'withdrawn', assigned_at = now()
              where application = $1 and environment = $2 and cluster_id = any($3::text[]) and state not in ('withdrawn', 'removing')
             returning *),
           recorded as (${recordHistory("withdrawn")})
           select cluster_id from withdrawn`,
    values: [application, environment, clusterIds],
  });
  await tellOfAssignments(
    tx,
    rows.map((row) => ({ ...row, application, environment })),
  );
  await markEnvelopesChanged(
    tx,
    rows.map((row) => row.cluster_id),
  );
}

export interface Proof {
  readonly clusterId: ClusterId;
  readonly generation: number;
  readonly acknowledgedAt: number | undefined;
  readonly provenAt: number | undefined;
}

/** Latches what a report proved of exactly this generation, in case whoever stored the report did not. */
export async function recordProofs(tx: Db, application: string, proofs: readonly Proof[]): Promise<void> {
  if (proofs.length === 0) return;
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
  const { rows } = await tx.query<ChangedAssignment>({
    name: "assignments-prove",
    text: `with proven as (
           update assignments a
              set acknowledged_at = coalesce(a.acknowledged_at, p.acknowledged_at, p.proven_at), proven_at = coalesce(a.proven_at, p.proven_at)
             from (select $1::text as application, u.*
                     from unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::timestamptz[]) as u (cluster_id, generation, acknowledged_at, proven_at)
                   offset 0) p -- a fence: see the targets' update
            where a.application = p.application and a.cluster_id = p.cluster_id and a.generation = p.generation
              and (a.acknowledged_at is null or (a.proven_at is null and p.proven_at is not null))
           returning a.*),
           recorded as (${proveHistory("proven")})
           select cluster_id, application, environment from proven`,
    values: [
      application,
      proofs.map(({ clusterId }) => clusterId),
      proofs.map(({ generation }) => generation),
      proofs.map(({ acknowledgedAt }) => time(acknowledgedAt)),
      proofs.map(({ provenAt }) => time(provenAt)),
    ],
  });
  await tellOfAssignments(tx, rows);
}
