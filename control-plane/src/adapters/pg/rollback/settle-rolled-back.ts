import { nextPhase, type RolloutEvent } from "../../../domain/rollout/phase.ts";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { recordTransitions } from "../rollout/rollout-transitions.ts";

/** How a rollback ended; the rollout that it takes back ends with it. One that halted may go on. */
const endings = { completed: "rolledBack", superseded: "superseded", aborted: "aborted" } as const satisfies Record<string, RolloutEvent>;

/** Ends what `rollbackId` took back, if it is a rollback that takes something back and that still waits for it. */
export async function settleRolledBack(tx: Db, rollbackId: string, ended: keyof typeof endings, actor: string): Promise<void> {
  const event = endings[ended];
  const from = "RollingBack";
  const to = nextPhase(from, event);
  const { rows } = await tx.query<{ id: string; application: string; environment: string; version: number }>({
    name: "rollout-settle-rolled-back",
    text: `update rollouts set phase = $2, version = version + 1, finished_at = now(), holds = '[]'
            where id = (select rolls_back from rollouts where id = $1) and phase = $3
           returning id, application, environment, version`,
    values: [rollbackId, to, from],
  });
  for (const { id, application, environment, version } of rows) {
    const because = { kind: "Rollback", rollout: rollbackId };
    await recordTransitions(tx, id, version, actor, [{ event, from, to: to ?? from, because }]);
    const body = { id, application, environment, phase: to, event, step: version, because };
    await recordEvents(tx, [{ kind: "RolloutChanged", subject: `rollouts/${id}`, body }]);
  }
}
