import { isJsonObject, type JsonObject, member, memberAt, textAt } from "@drover/kit";
import { isBeingDeleted, labelOf, textOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { conditionOf } from "./conditions.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";

/** Reasons for waiting that do not go away by waiting. */
const stuck = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** A pod by itself: a container that cannot start is named, with what its last run died of. */
export function assessPod(pod: Manifest): Assessment {
  const phase = memberAt(pod, "status", "phase");
  if (phase === "Succeeded") return healthy;
  const troubled = containersOf(pod)
    .map(containerTrouble)
    .find((trouble) => trouble !== undefined);
  if (troubled) return troubled;
  if (phase === "Failed") return failedPod(pod);
  const scheduled = conditionOf(pod, "PodScheduled");
  // Not a failure by itself: a new node may be on its way. The workload's own deadline decides.
  if (scheduled?.status === "False") return progressing(scheduled.reason || "Unschedulable", scheduled.message);
  const starting = containersOf(pod).find((one) => typeof memberAt(one, "state", "waiting", "reason") === "string");
  if (starting) return progressing("NotReady", startingText(starting));
  const ready = conditionOf(pod, "Ready");
  return phase === "Running" && ready?.status === "True" ? healthy : progressing(ready?.reason || "NotReady", ready?.message ?? "");
}

/** Evicted as a whole, or the container that did not end well. */
function failedPod(pod: Manifest): Assessment {
  const reason = textAt(pod, "status", "reason");
  if (reason !== "") return degraded(reason, textAt(pod, "status", "message"));
  const container = containersOf(pod).find((one) => Number(memberAt(one, "state", "terminated", "exitCode") ?? 0) !== 0);
  return container ? { ...degraded("Failed", lastDeath(container)), container: textOf(container["name"]) } : degraded("Failed", "");
}

/** What the pods of a workload that is not ready have to say: the worst of them speaks. Undefined when none says anything. */
export function explainByPods(workload: Assessment, pods: readonly Manifest[]): Assessment {
  const [ended = [], alive = []] = [true, false].map((isEnded) =>
    pods.filter((pod) => !isBeingDeleted(pod) && hasFailed(pod) === isEnded).map(namedAssessment),
  );
  const stuckOne = alive.find(({ health }) => health === "Degraded");
  const cause = stuckOne ?? alive.find(({ reason }) => reason === "Unschedulable") ?? ended[0];
  if (!cause) return waitingFor(workload, alive);
  return { ...workload, ...cause, health: stuckOne ? "Degraded" : workload.health, byItself: workload };
}

/** Which of the pods it is that says so. */
function namedAssessment(pod: Manifest): Assessment {
  const assessment = assessPod(pod);
  return assessment.health === "Healthy" ? assessment : { ...assessment, message: `Pod ${pod.metadata.name}: ${assessment.message ?? ""}` };
}

/** Nothing is wrong so far: what the first pod that is not ready waits for. */
function waitingFor(workload: Assessment, alive: readonly Assessment[]): Assessment {
  const first = alive.find(({ health }) => health === "Progressing");
  if (first === undefined) return workload;
  return { ...workload, message: joined(workload.message, first.message), byItself: workload };
}

/** It ended and is replaced or tried again: why says something about the next one, but the workload decides when it gives up. */
const hasFailed = (pod: Manifest): boolean => memberAt(pod, "status", "phase") === "Failed";

/** The revision that the newest ReplicaSet of a Deployment gives its pods. */
export function newestTemplateHash(replicaSets: readonly Manifest[], ownerUid: string): string | undefined {
  const owned = replicaSets.filter((set) => ownersOf(set).includes(ownerUid));
  const newest = owned.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  return newest && labelOf(newest, "pod-template-hash");
}

/**
 * The pods made from the newest template, judged by themselves: those of the revision that has the youngest pod. None when
 * two revisions have one of the same second, because the wrong one would blame what is already being replaced.
 */
export function newestPods(pods: readonly Manifest[]): readonly Manifest[] {
  const byRevision = [
    ...Map.groupBy(pods, (pod) => labelOf(pod, "pod-template-hash") ?? labelOf(pod, "controller-revision-hash")).values(),
  ];
  const [first, second] = byRevision.toSorted((a, b) => youngest(b).localeCompare(youngest(a)));
  return first && (!second || youngest(first) > youngest(second)) ? first : [];
}

const youngest = (pods: readonly Manifest[]): string =>
  pods
    .map(({ metadata }) => textOf(metadata["creationTimestamp"]))
    .toSorted()
    .at(-1) ?? "";

const revisionOf = (set: Manifest): number => Number(memberAt(set, "metadata", "annotations", "deployment.kubernetes.io/revision") ?? 0);

function ownersOf(object: Manifest): readonly unknown[] {
  const owners = member(object.metadata, "ownerReferences");
  return Array.isArray(owners) ? owners.map((owner) => member(owner, "uid")) : [];
}

function containersOf(pod: Manifest): readonly JsonObject[] {
  const lists = ["initContainerStatuses", "containerStatuses"].map((list) => memberAt(pod, "status", list));
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter(isJsonObject) : []));
}

function containerTrouble(container: JsonObject): Assessment | undefined {
  const name = textOf(container["name"]);
  const waiting = memberAt(container, "state", "waiting");
  const reason = member(waiting, "reason");
  if (typeof reason === "string" && stuck.has(reason)) {
    const diedOf = memberAt(container, "lastState", "terminated", "reason");
    // That it is started again and again is less than what it dies of.
    const word = reason === "CrashLoopBackOff" && diedOf === "OOMKilled" ? diedOf : reason;
    return { ...degraded(word, joined(unpulled(container, reason), member(waiting, "message"), lastDeath(container))), container: name };
  }
  const killed = memberAt(container, "state", "terminated", "reason");
  return killed === "OOMKilled" ? { ...degraded("OOMKilled", lastDeath(container)), container: name } : undefined;
}

/** "container app ContainerCreating" */
const startingText = (container: JsonObject): string =>
  joined(
    `container ${textOf(container["name"])} ${textOf(memberAt(container, "state", "waiting", "reason"))}`,
    memberAt(container, "state", "waiting", "message"),
  );

/** The image that is not there to be run, where the words do not name it themselves. */
function unpulled(container: JsonObject, reason: string): string {
  const image = textOf(container["image"]);
  const said = textOf(memberAt(container, "state", "waiting", "message"));
  return /image/i.test(reason) && image !== "" && !said.includes(image) ? `image ${image}` : "";
}

/** "exit code 1 (Error), 4 restarts" of the last run that ended. */
function lastDeath(container: JsonObject): string {
  const ended = memberAt(container, "lastState", "terminated") ?? memberAt(container, "state", "terminated");
  const restarts = Number(container["restartCount"] ?? 0);
  const exit = isJsonObject(ended) ? `exit code ${Number(ended["exitCode"])} (${textOf(ended["reason"]) || "Error"})` : "";
  return joined(exit, restarts > 0 ? `${restarts} restarts` : "");
}

const joined = (...texts: readonly unknown[]): string => texts.filter((text) => typeof text === "string" && text !== "").join(", ");
