import type { Event, Rollout, RolloutGate, RolloutTarget } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { GateReads, RolloutReads } from "../read-models.ts";
import { narrowedList, whole } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const rolloutOf = ({ subject }: Event): readonly string[] => (subject.startsWith("rollouts/") ? [subject.slice("rollouts/".length)] : []);

export const watchedRollouts = (reads: Pick<RolloutReads, "list">, asked: ListRequest): Watched<Rollout> => ({
  events: { kinds: ["RolloutChanged", "TargetChanged"], subject: undefined },
  subjectsOf: rolloutOf,
  keyOf: ({ id }) => id,
  nameOf: ({ id }) => id,
  ...narrowedList(reads.list, asked, (ids) => ({ id: ids })),
});

/** The clusters of one rollout. Those that join or leave do so by a new plan, which is a change of the rollout. */
export const watchedTargets = (reads: Pick<RolloutReads, "targets">, rollout: string, asked: ListRequest): Watched<RolloutTarget> => ({
  events: { kinds: ["RolloutChanged", "TargetChanged"], subject: `rollouts/${rollout}` },
  subjectsOf: ({ kind, body }) => (kind === "TargetChanged" && typeof body["clusterId"] === "string" ? [body["clusterId"]] : ["/"]),
  keyOf: ({ clusterId }) => clusterId,
  nameOf: ({ cluster }) => cluster,
  ...narrowedList(
    (request) => reads.targets(rollout, request),
    asked,
    (ids) => ({ clusterId: ids }),
  ),
});

/** Gates of one rollout, which are opened one after another and never taken away. */
export const watchedGates = (reads: Pick<GateReads, "list">, rollout: string, asked: ListRequest): Watched<RolloutGate> => ({
  events: { kinds: ["RolloutChanged", "GateChanged"], subject: `rollouts/${rollout}` },
  subjectsOf: () => ["/"],
  nameOf: ({ gate }) => gate,
  keyOf: ({ wave, when, gate }) => `${wave}/${when}/${gate}`,
  ...narrowedList((request) => reads.list(rollout, request), asked, whole),
});
