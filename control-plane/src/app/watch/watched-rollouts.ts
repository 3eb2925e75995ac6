import type { Event, Rollout, RolloutGate, RolloutTarget } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { GateReads, RolloutReads } from "../read-models.ts";
import { narrowedList, whole } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const rolloutOf = ({ subject }: Event): readonly string[] => (subject.startsWith("rollouts/") ? [subject.slice("rollouts/".length)] : []);

export const watchedRollouts = (reads: Pick<RolloutReads, "list">, asked: ListRequest): Watched<Rollout> => ({
  events: { kinds: ["RolloutChanged", "RolloutRevised", "TargetChanged"], subject: undefined },
  subjectsOf: rolloutOf,
  creates: ({ kind, body }) => kind === "RolloutChanged" && body["event"] === "created",
  isLasting: true,
  keyOf: ({ id }) => id,
  nameOf: ({ id }) => id,
  ...narrowedList(reads.list, asked, (ids) => ({ id: ids })),
});

/** The clusters of one rollout. Those that join or leave do so by a new plan, which is a change of the rollout. */
export const watchedTargets = (
  reads: Pick<RolloutReads, "targets">,
  rollout: Pick<Rollout, "id" | "application">,
  asked: ListRequest,
): Watched<RolloutTarget> => ({
  events: { kinds: ["RolloutChanged", "RolloutRevised", "TargetChanged", "StatusChanged", "FleetObjectChanged"], subject: undefined },
  subjectsOf: (event) => targetsOf(event, rollout),
  isLasting: true,
  keyOf: ({ clusterId }) => clusterId,
  nameOf: ({ cluster }) => cluster,
  ...narrowedList(
    (request) => reads.targets(rollout.id, request),
    asked,
    (ids) => ({ clusterId: ids }),
  ),
});

/** A cluster's report acknowledges what it was given before the rollout has looked at it, and its file has the labels. */
function targetsOf({ kind, subject, body }: Event, { id, application }: Pick<Rollout, "id" | "application">): readonly string[] {
  const isCluster = subject.startsWith("clusters/") && (kind === "FleetObjectChanged" || body["application"] === application);
  if (isCluster) return [subject.slice("clusters/".length)];
  if (subject !== `rollouts/${id}`) return [];
  return kind === "TargetChanged" && typeof body["clusterId"] === "string" ? [body["clusterId"]] : ["/"];
}

/** Gates of one rollout, which are opened one after another and never taken away. */
export const watchedGates = (reads: Pick<GateReads, "list">, rollout: string, asked: ListRequest): Watched<RolloutGate> => ({
  events: { kinds: ["RolloutRevised", "GateChanged", "GateMeasured"], subject: `rollouts/${rollout}` },
  subjectsOf: () => ["/"],
  isLasting: true,
  nameOf: ({ gate }) => gate,
  keyOf: ({ wave, when, gate }) => `${wave}/${when}/${gate}`,
  ...narrowedList((request) => reads.list(rollout, request), asked, whole),
});
