import { daemonSets } from "../kinds.ts";
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
  podsOf,
  refOf,
  revisionLabel,
  templateHash,
  workloadKeys,
} from "./pods.ts";

/** The model has one node, so a DaemonSet has one pod. */
export function createDaemonSetController({ store, api }: ControllerDeps): Controller {
  return {
    keysOf: (change) => workloadKeys(daemonSets, change),
    reconcile: (key) => {
      const ref = refOf(daemonSets, key);
      const set = store.get(collectionOf(daemonSets), ref.namespace, ref.name);
      if (set === undefined || isDying(set)) return undefined;
      const hash = templateHash(set);
      for (const pod of podsOf(store, set)) if (!isOfRevision(pod, hash)) deletePod(api, pod);
      if (podsOf(store, set).length === 0) createPod(api, set, `${ref.name}-${hash.slice(0, 5)}`, { [revisionLabel]: hash });
      const owned = podsOf(store, set);
      const ready = owned.filter(isReady).length;
      const status = {
        observedGeneration: set.metadata["generation"] ?? 1,
        desiredNumberScheduled: 1,
        currentNumberScheduled: owned.length,
        updatedNumberScheduled: count(owned.length),
        numberMisscheduled: 0,
        numberReady: ready,
        numberAvailable: count(ready),
        numberUnavailable: count(1 - ready),
      };
      api.merge(ref, { status }, controllerManager, "status");
      return undefined;
    },
  };
}
