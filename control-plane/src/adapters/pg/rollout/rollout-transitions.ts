import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";

/** One step of a rollout, or of one of its targets. */
export interface Transition {
  readonly clusterId?: ClusterId;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly because?: unknown;
}

/** `step` is the rollout's version after the change: the primary key keeps two replicas from recording one step twice. */
export async function recordTransitions(
  tx: Db,
  rolloutId: string,
  step: number,
  actor: string,
  transitions: readonly Transition[],
): Promise<void> {
  if (transitions.length === 0) return;
  await tx.query({
    name: "rollout-transitions-record",
    text: `insert into rollout_transitions (rollout_id, step, cluster_id, event, from_state, to_state, because, actor)
           select $1, $2, t.cluster_id, t.event, t.from_state, t.to_state, t.because, $3
             from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[]) as t (cluster_id, event, from_state, to_state, because)`,
    values: [
      rolloutId,
      step,
      actor,
      transitions.map(({ clusterId }) => clusterId ?? ""),
      transitions.map(({ event }) => event),
      transitions.map(({ from }) => from),
      transitions.map(({ to }) => to),
      transitions.map(({ because }) => (because === undefined ? null : JSON.stringify(because))),
    ],
  });
}

/** Steps that are nobody's plan, one after the other. Each moves the version, so that a plan made meanwhile is made anew. */
export async function recordSteps(tx: Db, rolloutId: string, actor: string, transitions: readonly Transition[]): Promise<void> {
  const { rows } = await tx.query<{ version: number }>({
    name: "rollout-steps",
    text: "update rollouts set version = version + $2 where id = $1 returning version",
    values: [rolloutId, transitions.length],
  });
  const version = rows[0]?.version ?? 0;
  const steps = transitions.map((transition, index) => ({ transition, step: version - transitions.length + 1 + index }));
  for (const { transition, step } of steps) await recordTransitions(tx, rolloutId, step, actor, [transition]);
  await recordEvents(
    tx,
    steps.map(({ step }) => ({ kind: "RolloutRevised", subject: `rollouts/${rolloutId}`, body: { id: rolloutId, step } })),
  );
}
