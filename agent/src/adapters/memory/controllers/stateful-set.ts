import type { JsonObject } from "@drover/kit";
import type { KubeObject } from "../../../app/kube.ts";
import { statefulSets } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { isDying } from "../validation.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import {
  controllerManager,
  count,
  createPod,
  deletePod,
  isOfRevision,
  isReady,
  numberAt,
  podsOf,
  refOf,
  revisionLabel,
  templateHash,
  workloadKeys,
} from "./pods.ts";

/** Pods `name-0`, `name-1`… one after another: each waits for its predecessors; updates go from the last to the first. */
export function createStatefulSetController({ store, api }: ControllerDeps): Controller {
  return {
    keysOf: (change) => workloadKeys(statefulSets, change),
    reconcile: (key) => {
      const ref = refOf(statefulSets, key);
      const set = store.get(collectionOf(statefulSets), ref.namespace, ref.name);
      if (set === undefined || isDying(set)) return undefined;
      const hash = templateHash(set);
      const owned = new Map(podsOf(store, set).map((pod) => [pod.metadata.name, pod]));
      const wanted = Array.from({ length: numberAt(set, 1, "spec", "replicas") }, (_, ordinal) => `${ref.name}-${ordinal}`);
      for (const [name, pod] of owned) if (!wanted.includes(name)) deletePod(api, pod);

      const missing = wanted.findIndex((name) => !owned.has(name));
      const present = wanted.flatMap((name) => owned.get(name) ?? []);
      const before = missing < 0 ? [] : present.slice(0, missing);
      if (missing >= 0 && before.every(isReady)) createPod(api, set, wanted[missing] ?? "", { [revisionLabel]: hash });
      const old = present.findLast((pod) => !isOfRevision(pod, hash));
      const updatedAreReady = present.every((pod) => isReady(pod) || !isOfRevision(pod, hash));
      if (missing < 0 && old !== undefined && updatedAreReady) deletePod(api, old);

      api.merge(ref, { status: statusOf(set, podsOf(store, set), hash) }, controllerManager, "status");
      return undefined;
    },
  };
}

function statusOf(set: KubeObject, owned: readonly KubeObject[], hash: string): JsonObject {
  const ready = owned.filter(isReady).length;
  const updated = owned.filter((pod) => isOfRevision(pod, hash)).length;
  const wanted = numberAt(set, 1, "spec", "replicas");
  const isComplete = updated === wanted && ready === wanted;
  const before = set["status"] as JsonObject | undefined;
  return {
    observedGeneration: set.metadata["generation"] ?? 1,
    replicas: owned.length,
    readyReplicas: count(ready),
    availableReplicas: ready,
    updatedReplicas: count(updated),
    currentReplicas: count(owned.length - updated + (isComplete ? updated : 0)),
    updateRevision: `${set.metadata.name}-${hash}`,
    currentRevision: isComplete ? `${set.metadata.name}-${hash}` : (before?.["currentRevision"] ?? `${set.metadata.name}-${hash}`),
  };
}
