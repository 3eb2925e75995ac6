import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import type { Reason, RolloutTransition } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { HoldReason } from "../../../domain/rollout/holds.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";
import { shownStates, shownTargetReason } from "./rollout-target-reads.ts";

interface TransitionRow {
  readonly rollout_id: string;
  readonly step: number;
  readonly cluster: string | null;
  readonly cluster_id: ClusterId | "";
  readonly event: string;
  readonly from_state: string;
  readonly to_state: string;
  readonly because: TargetReason | HoldReason | Reason | null;
  readonly actor: string;
  readonly at: Instant;
}

/** In the order of the steps; within one, the rollout's own before its targets'. */
export async function listTransitions(db: Db, id: string, { size, after }: PageRequest): Promise<Page<RolloutTransition>> {
  const { rows } = await db.query<TransitionRow & Record<string, unknown>>({
    name: "rollout-transitions-list",
    text: `select t.rollout_id, t.step, c.name as cluster, t.cluster_id, t.event, t.from_state, t.to_state, t.because, t.actor, t.at
             from rollout_transitions t left join clusters c on c.id = t.cluster_id
            where t.rollout_id = $1 and ($2::bigint is null or (t.step, t.cluster_id) > ($2, $3))
            order by t.step, t.cluster_id limit $4`,
    values: [id, after?.[0] ?? null, after?.[1] ?? null, size + 1],
  });
  return pageOf(rows, size, shown, (row) => [row.step, row.cluster_id]);
}

const shown = (row: TransitionRow): RolloutTransition => ({
  rolloutId: row.rollout_id,
  step: row.step,
  ...(row.cluster === null ? {} : { cluster: row.cluster, clusterId: row.cluster_id as ClusterId }),
  event: row.event,
  from: row.cluster === null ? row.from_state : shownState(row.from_state),
  to: row.cluster === null ? row.to_state : shownState(row.to_state),
  ...(row.because === null
    ? {}
    : { because: row.cluster === null ? (row.because as Reason) : shownTargetReason(row.because as TargetReason) }),
  actor: row.actor,
  at: rfc3339(row.at),
});

export const shownState = (state: string): string => (Object.hasOwn(shownStates, state) ? shownStates[state as TargetState] : state);
