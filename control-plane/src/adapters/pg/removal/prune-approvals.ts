import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import { type HeldPrune, heldPruneFields, type NewPruneApproval, type PruneApproval } from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { PruneApprovals } from "../../../app/removal/approve-prune.ts";
import type { Caller } from "../../../app/access/caller.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { findListed, type List, listPage } from "../list.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";
import { recordEvents } from "../history/event-log.ts";
import { askFor } from "../work-queue.ts";

/** An approval is for what somebody has just looked at: the same objects may be deleted again some day, for another reason. */
const approvalDays = 7;

/** As many as an assignment may carry; the newest count. */
const maxApprovals = 32;

/** SQL for the approvals that belong into an assignment's envelope; null when there is none. */
export const approvedPrunes = (assignment: string): string => `(
  select jsonb_agg(p.hash order by p.hash)
    from (select hash from prune_approvals
           where application = ${assignment}.application and environment = ${assignment}.environment
           order by approved_at desc, hash limit ${maxApprovals}) p)`;

const reported = `
  statuses s
  join assignments a on a.cluster_id = s.cluster_id and a.application = s.application
  join clusters c on c.id = s.cluster_id`;

/** Of the generation that is assigned now: an older one's list is not what would be deleted. */
const heldNow = `${reported} and a.generation = s.generation and a.state in ('active', 'removing')`;

const maxNamedClusters = 100;

interface HeldRow {
  readonly application: string;
  readonly environment: string;
  readonly hash: Digest;
  readonly objects: number;
  readonly clusters: readonly string[];
  readonly cluster_count: number;
  readonly since: Instant;
  readonly approved_at: Instant | null;
}

const heldPrunes = (holds: string): List<keyof typeof heldPruneFields> => ({
  name: "held-prunes-list",
  fields: heldPruneFields,
  columns: {
    id: "(h.application || '@' || h.environment || '@' || h.hash)",
    application: "h.application",
    environment: "h.environment",
    hash: "h.hash",
    objects: "h.objects",
    clusterCount: "h.cluster_count",
    since: "h.since",
    approvedAt: "p.approved_at",
  },
  select: "h.*, p.approved_at",
  from: `(select a.application, a.environment, s.held_hash as hash, max(s.held_objects) as objects, count(*) as cluster_count,
                 (array_agg(c.name order by c.name))[1:${maxNamedClusters}] as clusters, min(s.reported_at) as since
            from ${holds} where s.held_hash is not null group by 1, 2, 3) h
         left join prune_approvals p using (application, environment, hash)`,
  order: [],
  unique: ["application", "environment", "hash"],
});

export const createPruneApprovals = (database: Database): PruneApprovals => ({
  listHeld: (request, which) => listPage(database, heldPrunes(which === "Reported" ? reported : heldNow), request, shownHeld),
  getHeld: (id) => getHeld(database, id),
  approve: (id, request, caller) => database.transaction((tx) => approve(tx, id, request, caller)),
});

async function getHeld(db: Db, id: string): Promise<HeldPrune | undefined> {
  const [application = "", environment = "", hash = ""] = id.split("@");
  return findListed(db, heldPrunes(heldNow), { application, environment, hash }, shownHeld);
}

const shownHeld = (row: HeldRow): HeldPrune => ({
  id: [row.application, row.environment, row.hash].join("@"),
  application: row.application,
  environment: row.environment,
  hash: row.hash,
  objects: row.objects,
  clusters: [...row.clusters],
  clusterCount: row.cluster_count,
  since: rfc3339(row.since),
  ...(row.approved_at === null ? {} : { approvedAt: rfc3339(row.approved_at) }),
});

interface ApprovalRow {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly approved_at: Instant;
}

async function approve(tx: Db, id: string, request: NewPruneApproval, caller: Caller): Promise<PruneApproval | undefined> {
  const { application, environment, hash, reason } = request;
  const { rows: held } = await tx.query<{ count: number }>({
    name: "held-prunes-count",
    text: `select count(*) as count from ${heldNow} where a.application = $1 and a.environment = $2 and s.held_hash = $3`,
    values: [application, environment, hash],
  });
  const clusterCount = held[0]?.count ?? 0;
  if (clusterCount === 0) return undefined;
  const { rows: inserted } = await tx.query<ApprovalRow>({
    name: "prune-approval-add",
    text: `insert into prune_approvals (id, application, environment, hash, actor, reason) values ($1, $2, $3, $4, $5, $6)
           on conflict (application, environment, hash) do nothing returning id, actor, reason, approved_at`,
    values: [id, application, environment, hash, caller.actor, reason],
  });
  if (inserted.length > 0) await announce(tx, request, caller, clusterCount);
  const row = inserted[0] ?? (await loadApproval(tx, request));
  return {
    id: row.id,
    application,
    environment,
    hash,
    actor: row.actor,
    reason: row.reason,
    approvedAt: rfc3339(row.approved_at),
    clusterCount,
  };
}

async function loadApproval(tx: Db, { application, environment, hash }: NewPruneApproval): Promise<ApprovalRow> {
  const { rows } = await tx.query<ApprovalRow>({
    name: "prune-approval-load",
    text: "select id, actor, reason, approved_at from prune_approvals where application = $1 and environment = $2 and hash = $3",
    values: [application, environment, hash],
  });
  return rows[0]!;
}

async function announce(
  tx: Db,
  { application, environment, hash, reason }: NewPruneApproval,
  caller: Caller,
  clusters: number,
): Promise<void> {
  await markPlacesChanged(tx, [{ application, environment }]);
  const { rows } = await tx.query<{ id: string }>({
    name: "prune-approval-rollouts",
    text: `select id from rollouts where application = $1 and environment = $2 and phase in ${activePhases}`,
    values: [application, environment],
  });
  const rollouts = rows.map((row) => row.id);
  await askFor(tx, "rollout", rollouts);
  const object = `environments/${environment}/applications/${application}`;
  await recordEvents(tx, [
    { kind: "PruneApproved", subject: object, body: { application, environment, hash, clusters, actor: caller.actor, reason } },
  ]);
  const { actor, requestId } = caller;
  await recordAudit(tx, { actor, action: "prune.approve", object, result: "allowed", requestId, details: { hash, clusters, reason } });
}

/** Approvals are in the envelopes of every cluster of the place, so that those that come to the same list later have it. */
async function markPlacesChanged(tx: Db, places: readonly { readonly application: string; readonly environment: string }[]): Promise<void> {
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "prune-approval-clusters",
    text: `select distinct a.cluster_id from assignments a
             join jsonb_to_recordset($1::jsonb) as p (application text, environment text)
               on p.application = a.application and p.environment = a.environment
            where a.state <> 'withdrawn' order by 1`,
    values: [JSON.stringify(places)],
  });
  await markEnvelopesChanged(
    tx,
    rows.map((row) => row.cluster_id),
  );
}

/** Approvals that were given long ago count no more. */
export const removeOldApprovals = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    const { rows } = await tx.query<{ application: string; environment: string }>({
      name: "prune-approvals-remove",
      text: `delete from prune_approvals where approved_at < now() - interval '${approvalDays} days' returning application, environment`,
    });
    if (rows.length === 0) return;
    await markPlacesChanged(tx, rows);
    await recordEvents(
      tx,
      rows.map(({ application, environment }) => ({
        kind: "PruneApprovalEnded",
        subject: `environments/${environment}/applications/${application}`,
        body: { application, environment },
      })),
    );
  });
