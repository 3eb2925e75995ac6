import { DroverError } from "@drover/kit";
import type { PhaseChange, RolloutControl } from "../../app/control-rollout.ts";
import { isActive, type Phase } from "../../domain/rollout/phase.ts";
import { amountOf, type RolloutStrategy } from "../../domain/rollout/strategy.ts";
import { recordAudit } from "./audit-log.ts";
import type { Database, Db } from "./database.ts";
import { recordEvents } from "./event-log.ts";
import { recordTransitions } from "./rollout-transitions.ts";
import { askFor } from "./work-queue.ts";

export const createRolloutControl = (database: Database): RolloutControl => ({
  standing: (id) => loadStanding(database, id),
  commit: (id, version, change, { caller, order, reason }) =>
    database.transaction(async (tx) => {
      if (change !== undefined) await commitChange(tx, id, version, change, caller.actor, reason);
      const details = { reason, ...(order.kind === "resume" ? { acceptFailures: order.acceptFailures } : {}) };
      const { actor, requestId } = caller;
      await recordAudit(tx, { actor, action: `rollout.${order.kind}`, object: `rollouts/${id}`, result: "allowed", requestId, details });
    }),
});

async function loadStanding(db: Db, id: string) {
  const { rows } = await db.query<{
    phase: Phase;
    version: number;
    strategy: RolloutStrategy;
    accepted_failures: number;
    failed: number;
    total: number;
  }>({
    name: "rollout-standing",
    text: `select r.phase, r.version, r.strategy, r.accepted_failures,
                  count(*) filter (where t.state = 'failed')::int as failed, count(*) filter (where t.state not in ('left','unchanged'))::int as total
             from rollouts r left join rollout_targets t on t.rollout_id = r.id where r.id = $1 group by r.id`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const maxFailures = amountOf(row.strategy.maxFailures, row.total) + row.accepted_failures;
  return { phase: row.phase, version: row.version, failed: row.failed, maxFailures };
}

async function commitChange(tx: Db, id: string, version: number, change: PhaseChange, actor: string, reason: string): Promise<void> {
  const { event, from, to, acceptFailures } = change;
  const { rows } = await tx.query<{ version: number; application: string; environment: string }>({
    name: "rollout-change-phase",
    text: `update rollouts
              set phase = $3, accepted_failures = accepted_failures + $4, version = version + 1,
                  holds = case when $5 then holds else '[]'::jsonb end, finished_at = case when $5 then finished_at else now() end
            where id = $1 and version = $2
           returning version, application, environment`,
    values: [id, version, to, acceptFailures, isActive(to)],
  });
  const row = rows[0];
  if (row === undefined) throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${id}: version ${version} has moved`);
  const because = { kind: "Asked", reason, ...(acceptFailures > 0 ? { acceptFailures } : {}) };
  await recordTransitions(tx, id, row.version, actor, [{ event, from, to, because }]);
  const { application, environment } = row;
  await recordEvents(tx, [
    {
      kind: "RolloutChanged",
      subject: `rollouts/${id}`,
      body: { id, application, environment, phase: to, event, step: row.version, actor, because },
    },
  ]);
  await askFor(tx, "rollout", [id]);
}
