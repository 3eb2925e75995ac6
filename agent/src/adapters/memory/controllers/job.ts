import { memberAt } from "@drover/kit";
import { jobs } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { isDying } from "../validation.ts";
import { type Condition, conditionAt, timestamp } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import { conditionOf, controllerManager, count, createPod, isReady, numberAt, phaseOf, podsOf, refOf, workloadKeys } from "./pods.ts";

/** Runs a Job's pods one at a time until enough succeeded, or more than `backoffLimit` failed. */
export function createJobController({ store, api, clock }: ControllerDeps): Controller {
  return {
    keysOf: (change) => workloadKeys(jobs, change),
    reconcile: (key) => {
      const ref = refOf(jobs, key);
      const job = store.get(collectionOf(jobs), ref.namespace, ref.name);
      if (job === undefined || isDying(job) || conditionOf(job, "Complete") !== undefined || conditionOf(job, "Failed") !== undefined)
        return undefined;
      const owned = podsOf(store, job);
      const succeeded = owned.filter((pod) => phaseOf(pod) === "Succeeded").length;
      const failed = owned.filter((pod) => phaseOf(pod) === "Failed").length;
      const active = owned.length - succeeded - failed;
      const isComplete = succeeded >= numberAt(job, 1, "spec", "completions");
      const isFailed = failed > numberAt(job, 6, "spec", "backoffLimit");
      const runs = !isComplete && !isFailed && memberAt(job, "spec", "suspend") !== true;
      if (runs && active === 0)
        createPod(api, job, `${ref.name}-${owned.length.toString(36).padStart(5, "0")}`, { "batch.kubernetes.io/job-name": ref.name });

      const now = clock.now();
      const ended: readonly Condition[] = isComplete
        ? [{ type: "Complete", status: "True", reason: "CompletionsReached", message: "Reached expected number of succeeded pods" }]
        : isFailed
          ? [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" }]
          : [];
      const status = {
        startTime: memberAt(job, "status", "startTime") ?? timestamp(now),
        active: count(runs ? Math.max(active, 1) : 0),
        ready: owned.filter((pod) => isReady(pod) && phaseOf(pod) === "Running").length,
        succeeded: count(succeeded),
        failed: count(failed),
        ...(isComplete ? { completionTime: timestamp(now) } : {}),
        ...(ended.length > 0 ? { conditions: ended.map((condition) => conditionAt(job, condition, now)) } : {}),
      };
      api.merge(ref, { status }, controllerManager, "status");
      return undefined;
    },
  };
}
