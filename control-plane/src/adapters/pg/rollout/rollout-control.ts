import { type ClusterId, DroverError } from "@drover/kit";
import type { PhaseChange, RolloutControl } from "../../../app/rollout/control-rollout.ts";
import type { Order } from "../../../domain/rollout/control.ts";
import { isActive, type Phase } from "../../../domain/rollout/phase.ts";
import { amountOf, type RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { reopenFailedGates } from "../gate/gate-runs.ts";
import { recordEvents } from "../history/event-log.ts";
import { newerRollout } from "./newer-rollout.ts";
import { recordTransitions, type Transition } from "./rollout-transitions.ts";
import { holdPlace, takeInWhoJoined } from "./take-up.ts";
import { settleRolledBack } from "../rollback/settle-rolled-back.ts";
import { askFor } from "../work-queue.ts";

export const createRolloutControl = (database: Database): RolloutControl => ({
  load: (id, cluster) => loadRollout(database, id, cluster),
  commit: (id, version, change, { caller, order, reason }) =>
    database.transaction(async (tx) => {
      if (change !== "settled") await commitOrder(tx, id, version, change.move, order, caller.actor, reason);
      const { kind, ...asked } = order;
      const { actor, requestId } = caller;
      await recordAudit(tx, {
        actor,
        action: `rollout.${kind}`,
        object: `rollouts/${id}`,
        result: "allowed",
        requestId,
        details: { reason, ...asked },
      });
    }),
});

async function loadRollout(db: Db, id: string, cluster: string | undefined) {
  const { rows } = await db.query<{
    phase: Phase;
    version: number;
    strategy: RolloutStrategy;
    accepted_failures: number;
    skipped_waves: readonly number[];
    failed: number;
    total: number;
    named: TargetState | null;
    newer: string | null;
  }>({
    name: "rollout-control-load",
    text: `select r.phase, r.version, r.strategy, r.accepted_failures, r.skipped_waves,
                  count(*) filter (where t.state = 'failed')::int as failed,
                  count(*) filter (where t.state not in ('left','unchanged','skipped'))::int as total,
                  (select n.state from rollout_targets n join clusters c on c.id = n.cluster_id
                    where n.rollout_id = $1 and (c.id = $2 or c.name = $2) order by c.id = $2 desc limit 1) as named,
                  ${newerRollout("r")} as newer
             from rollouts r left join rollout_targets t on t.rollout_id = r.id where r.id = $1 group by r.id`,
    values: [id, cluster ?? null],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    phase: row.phase,
    version: row.version,
    failed: row.failed,
    maxFailures: amountOf(row.strategy.maxFailures, row.total) + row.accepted_failures,
    skippedWaves: row.skipped_waves,
    named: row.named ?? undefined,
    newer: row.newer ?? undefined,
    waves: row.strategy.waves,
  };
}

async function commitOrder(
  tx: Db,
  id: string,
  version: number,
  move: PhaseChange | undefined,
  order: Order,
  actor: string,
  reason: string,
): Promise<void> {
  const isTakenUp = move?.event === "takenUp";
  if (isTakenUp) await holdPlace(tx, id);
  const acceptFailures = order.kind === "resume" ? order.acceptFailures : 0;
  const { rows } = await tx.query<{ version: number; application: string; environment: string; phase: Phase }>({
    name: "rollout-order",
    text: `update rollouts
              set phase = coalesce($3, phase), accepted_failures = accepted_failures + $4, skipped_waves = skipped_waves || $5::int[],
                  version = version + 1, holds = case when $6 then holds else '[]'::jsonb end,
                  finished_at = case when $6 then null else now() end
            where id = $1 and version = $2
           returning version, application, environment, phase`,
    values: [
      id,
      version,
      move?.to ?? null,
      acceptFailures,
      order.kind === "skipWave" ? [order.wave] : [],
      move === undefined || isActive(move.to),
    ],
  });
  const row = rows[0];
  if (row === undefined) throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${id}: version ${version} has moved`);
  const because = { kind: "Asked", reason, ...(acceptFailures > 0 ? { acceptFailures } : {}) };
  const targets = await changeTargets(tx, id, order, reason, isTakenUp);
  const own: readonly Transition[] =
    move !== undefined
      ? [{ event: move.event, from: move.from, to: move.to, because }]
      : order.kind === "skipWave"
        ? [{ event: "waveSkipped", from: row.phase, to: row.phase, because: { ...because, wave: order.wave } }]
        : [];
  await recordTransitions(tx, id, row.version, actor, [...own, ...targets]);
  const { application, environment, phase } = row;
  await recordEvents(tx, [
    {
      kind: "RolloutChanged",
      subject: `rollouts/${id}`,
      body: { id, application, environment, phase, event: move?.event ?? order.kind, step: row.version, actor, because },
    },
  ]);
  if (move?.event === "aborted") await settleRolledBack(tx, id, "aborted", actor);
  if (isTakenUp) await takeInWhoJoined(tx, id, { application, environment });
  // Before the gates, as reports of their Jobs ask.
  await askFor(tx, "rollout", [id]);
  if (move?.event === "resumed" || isTakenUp) await reopenFailedGates(tx, id, actor);
}

/**
 * A cluster that is tried again keeps its wave, also where that was skipped; the planner dispatches it anew when there is a place. What was in
 * flight when the rollout was aborted has all its time again in the same way.
 */
async function changeTargets(tx: Db, id: string, order: Order, reason: string, isTakenUp: boolean): Promise<readonly Transition[]> {
  if (order.kind !== "skipCluster" && order.kind !== "retry") return [];
  const isSkip = order.kind === "skipCluster";
  const from = isSkip ? skippable : isTakenUp ? leftOpen : order.cluster === undefined ? failed : failedOrSkipped;
  const to = isSkip ? "skipped" : "waiting";
  const because = { kind: isSkip ? "Skipped" : "RetryAsked", reason };
  const { rows } = await tx.query<{ cluster_id: ClusterId; before: TargetState }>({
    name: "rollout-targets-order",
    text: `update rollout_targets t set state = $3, retried = $3 = 'waiting', because = $4
             from (select n.cluster_id, n.state from rollout_targets n join clusters c on c.id = n.cluster_id
                    where n.rollout_id = $1 and n.state = any($2::text[]) and ($5::text is null or c.id = $5 or c.name = $5)) o
            where t.rollout_id = $1 and t.cluster_id = o.cluster_id
           returning t.cluster_id, o.state as before`,
    values: [id, from, to, JSON.stringify(because), order.cluster ?? null],
  });
  return rows.map(({ cluster_id: clusterId, before }) => ({ clusterId, event: because.kind, from: before, to, because }));
}

const skippable: readonly TargetState[] = ["waiting", "offline"];
const failed: readonly TargetState[] = ["failed"];
const failedOrSkipped: readonly TargetState[] = ["failed", "skipped"];
const leftOpen: readonly TargetState[] = ["failed", "inFlight"];
