import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { recordTransitions } from "./rollout-transitions.ts";

/** A rollout that has just begun over clusters which hold what this database knows nothing of. It moves nothing before a person resumes it. */
export async function pauseRecovered(tx: Db, id: string, clusters: number): Promise<void> {
  const { rows } = await tx.query<{ version: number; application: string; environment: string }>({
    name: "rollout-pause-recovered",
    text: `update rollouts set phase = 'Paused', version = version + 1 where id = $1 and phase = 'Pending'
           returning version, application, environment`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return;
  const because = { kind: "Recovered", clusters };
  const { version: step, application, environment } = row;
  await recordTransitions(tx, id, step, "drover", [{ event: "paused", from: "Pending", to: "Paused", because }]);
  const body = { id, application, environment, phase: "Paused", event: "paused", step, because };
  await recordEvents(tx, [{ kind: "RolloutChanged", subject: `rollouts/${id}`, body }]);
}

/** Whether a row of `rollouts` began so. */
export const isRecovering = (rollouts: string): string =>
  `exists (select from rollout_transitions h
            where h.rollout_id = ${rollouts}.id and h.cluster_id = '' and h.event = 'paused' and h.because ->> 'kind' = 'Recovered')`;
