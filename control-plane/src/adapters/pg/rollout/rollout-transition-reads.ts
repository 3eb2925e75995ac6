import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import { type Reason, type RolloutTransition, rolloutTransitionFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import type { HoldReason } from "../../../domain/rollout/holds.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";
import { type List, listPage, spelled } from "../list.ts";
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

/** A target's words; a rollout's own are shown as they are stored. */
const spelledState = (column: string): string =>
  `coalesce(case when t.cluster_id <> '' then ${spelled(column, shownStates)} end, ${column})`;

/** In the order of the steps; within one, the rollout's own before its targets'. */
const transitionsOf = (rollout: string): List<keyof typeof rolloutTransitionFields> => ({
  name: "rollout-transitions-list",
  fields: rolloutTransitionFields,
  columns: {
    step: "t.step",
    cluster: "c.name",
    clusterId: "nullif(t.cluster_id, '')",
    event: "t.event",
    from: spelledState("t.from_state"),
    to: spelledState("t.to_state"),
    actor: "t.actor",
    at: "t.at",
  },
  select: "t.rollout_id, t.step, c.name as cluster, t.cluster_id, t.event, t.from_state, t.to_state, t.because, t.actor, t.at",
  from: "rollout_transitions t left join clusters c on c.id = t.cluster_id",
  where: "t.rollout_id = $1",
  values: [rollout],
  order: [],
  unique: ["step", { sql: "t.cluster_id", type: "text" }],
  labelled: { clusterId: "t.cluster_id" },
});

export const listTransitions = (db: Db, rollout: string, request: ListRequest): Promise<Page<RolloutTransition>> =>
  listPage(db, transitionsOf(rollout), request, shown);

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
