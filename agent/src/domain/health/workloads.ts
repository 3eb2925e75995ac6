import { isJsonObject, type LabelSelector, memberAt } from "@drover/kit";
import { uidOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { conditionOf, notObserved, numberAt } from "./conditions.ts";
import { type Assessment, degraded, healthy, type PodsOfWorkload, progressing } from "./health.ts";

/** A ReplicationController's selector is older than label selectors: plain labels. */
const selectorOf = (object: Manifest): LabelSelector => {
  const selector = memberAt(object, "spec", "selector");
  if (!isJsonObject(selector)) return {};
  return (object.kind === "ReplicationController" ? { matchLabels: selector } : selector) as LabelSelector;
};

const lookingAt = (assessment: Assessment, object: Manifest, revision: PodsOfWorkload["revision"]): Assessment =>
  assessment.health === "Healthy" || assessment.reason === "NotObserved"
    ? assessment
    : { ...assessment, pods: { generation: numberAt(object, "metadata", "generation") ?? 0, selector: selectorOf(object), revision } };

const count = (object: Manifest, field: string): number => numberAt(object, "status", field) ?? 0;

/** The first of `steps` that has not got as far as it should, as "2 of 3 available". */
function shortfall(wanted: number, steps: readonly (readonly [reached: number, word: string])[]): Assessment | undefined {
  const step = steps.find(([reached]) => reached < wanted);
  return step && progressing("NotReady", `${step[0]} of ${wanted} ${step[1]}`);
}

export function assessDeployment(object: Manifest): Assessment {
  return lookingAt(deploymentProgress(object), object, { kind: "newest-replicaset", ownerUid: uidOf(object) });
}

function deploymentProgress(object: Manifest): Assessment {
  const behind = notObserved(object) ?? unseen(object);
  if (behind) return behind;
  if (memberAt(object, "spec", "paused") === true) return { health: "Suspended", reason: "Paused", message: "spec.paused is true" };
  const progress = conditionOf(object, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return degraded(progress.reason, progress.message);
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") return degraded(failure.reason, failure.message);
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const short = shortfall(wanted, [
    [count(object, "updatedReplicas"), "updated"],
    [count(object, "availableReplicas"), "available"],
  ]);
  const old = count(object, "replicas") - count(object, "updatedReplicas");
  return short ?? (old > 0 ? progressing("OldReplicas", `${old} old replicas are still there`) : healthy);
}

/** A status that no controller has written yet. */
const unseen = (object: Manifest): Assessment | undefined =>
  numberAt(object, "status", "observedGeneration") === undefined ? progressing("NotObserved", "no controller has seen it yet") : undefined;

export function assessReplicaSet(object: Manifest): Assessment {
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const failure = conditionOf(object, "ReplicaFailure");
  const assessment =
    notObserved(object) ??
    unseen(object) ??
    (failure?.status === "True" ? degraded(failure.reason, failure.message) : undefined) ??
    shortfall(wanted, [[count(object, "availableReplicas"), "available"]]) ??
    healthy;
  return lookingAt(assessment, object, { kind: "any" });
}

export function assessStatefulSet(object: Manifest): Assessment {
  const revision = memberAt(object, "status", "updateRevision");
  return lookingAt(
    statefulSetProgress(object),
    object,
    typeof revision === "string" ? { kind: "label", label: "controller-revision-hash", value: revision } : { kind: "any" },
  );
}

function statefulSetProgress(object: Manifest): Assessment {
  const behind = notObserved(object) ?? unseen(object);
  if (behind) return behind;
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  // With OnDelete people decide when a pod is replaced; with a partition the rest stays old on purpose.
  const onDelete = memberAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const short = shortfall(wanted, [
    [count(object, "replicas"), "created"],
    [count(object, "readyReplicas"), "ready"],
  ]);
  if (short || onDelete) return short ?? healthy;
  return shortfall(Math.max(0, wanted - partition), [[updatedReplicas(object), "updated"]]) ?? healthy;
}

/** Once all are updated the controller may drop the field and make the new revision the current one. */
const updatedReplicas = (object: Manifest): number =>
  memberAt(object, "status", "currentRevision") === memberAt(object, "status", "updateRevision")
    ? Math.max(count(object, "currentReplicas"), count(object, "updatedReplicas"), count(object, "readyReplicas"))
    : count(object, "updatedReplicas");

export function assessDaemonSet(object: Manifest): Assessment {
  const wanted = count(object, "desiredNumberScheduled");
  const onDelete = memberAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const assessment =
    notObserved(object) ??
    unseen(object) ??
    (onDelete ? undefined : shortfall(wanted, [[count(object, "updatedNumberScheduled"), "updated"]])) ??
    shortfall(wanted, [[count(object, "numberAvailable"), "available"]]) ??
    healthy;
  const template = memberAt(object, "metadata", "annotations", "deprecated.daemonset.template.generation");
  return lookingAt(
    assessment,
    object,
    typeof template === "string" ? { kind: "label", label: "pod-template-generation", value: template } : { kind: "any" },
  );
}

export function assessJob(object: Manifest): Assessment {
  // FailureTarget comes first, while the last pods are still ending.
  const failed = ["Failed", "FailureTarget"].map((type) => conditionOf(object, type)).find((condition) => condition?.status === "True");
  if (failed) return degraded(failed.reason || "Failed", failed.message);
  if (isFinishedJob(object)) return healthy;
  if (memberAt(object, "spec", "suspend") === true) return { health: "Suspended", reason: "Suspended", message: "spec.suspend is true" };
  return lookingAt(progressing("Running", `${count(object, "active")} active, ${count(object, "succeeded")} succeeded`), object, {
    kind: "any",
  });
}

export const assessCronJob = (object: Manifest): Assessment =>
  memberAt(object, "spec", "suspend") === true ? { health: "Suspended", reason: "Suspended", message: "spec.suspend is true" } : healthy;

export const isFinishedJob = (object: Manifest): boolean => object.kind === "Job" && conditionOf(object, "Complete")?.status === "True";
