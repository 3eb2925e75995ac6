import { type Instant, type Json, member, memberAt, parseInstant, textAt } from "@drover/kit";
import type { KubeObject } from "../../../app/kube.ts";
import { deployments, pods, replicaSets } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { isDying } from "../validation.ts";
import { type Condition, conditionAt, timestamp } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import {
  conditionOf,
  controllerManager,
  count,
  createPod,
  deletePod,
  isOfRevision,
  isReady,
  numberAt,
  ownersOf,
  refOf,
  templateHash,
  workloadKeys,
} from "./pods.ts";
import { currentReplicaSet, podsOfDeployment, recordReplicas, templateLabel } from "./replica-sets.ts";

/** Rolls pods as a Deployment does. It places the pods of its ReplicaSets itself; the sets say which revision is whose. */
export function createDeploymentController({ store, api, clock }: ControllerDeps): Controller {
  let created = 0;
  return {
    keysOf: (change) => {
      if (change.collection !== collectionOf(pods)) return workloadKeys(deployments, change);
      const namespace = String(change.object.metadata["namespace"]);
      const sets = ownersOf(change.object).map((owner) => store.get(collectionOf(replicaSets), namespace, String(member(owner, "name"))));
      return sets.flatMap((set) =>
        set === undefined ? [] : ownersOf(set).map((owner) => `${namespace}/${String(member(owner, "name"))}`),
      );
    },
    reconcile: (key) => {
      const ref = refOf(deployments, key);
      const deployment = store.get(collectionOf(deployments), ref.namespace, ref.name);
      if (deployment === undefined || isDying(deployment)) return undefined;
      const hash = templateHash(deployment);
      const set = currentReplicaSet(store, api, deployment);
      const plan = planRollout(deployment, podsOfDeployment(store, deployment), hash);
      for (const pod of plan.remove) deletePod(api, pod);
      for (let n = 0; n < plan.create; n += 1) {
        created += 1;
        createPod(api, set, `${ref.name}-${hash}-${created.toString(36).padStart(5, "0")}`);
      }
      recordReplicas(store, api, deployment);
      const now = clock.now();
      const status = statusOf(deployment, podsOfDeployment(store, deployment), hash, now);
      api.merge(ref, { status: status.value }, controllerManager, "status");
      return status.deadlineInMs === undefined ? undefined : { againInMs: status.deadlineInMs };
    },
  };
}

interface RolloutStep {
  readonly create: number;
  readonly remove: readonly KubeObject[];
}

/** Adds new pods up to `maxSurge`, and removes old ones, the broken first, while enough others are available. */
function planRollout(deployment: KubeObject, owned: readonly KubeObject[], hash: string): RolloutStep {
  const wanted = numberAt(deployment, 1, "spec", "replicas");
  const fresh = owned.filter((pod) => isOfRevision(pod, hash, templateLabel));
  const old = owned.filter((pod) => !isOfRevision(pod, hash, templateLabel)).toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
  if (memberAt(deployment, "spec", "paused") === true) return { create: 0, remove: [] };
  if (memberAt(deployment, "spec", "strategy", "type") === "Recreate")
    return { create: old.length > 0 ? 0 : Math.max(0, wanted - fresh.length), remove: [...old, ...fresh.slice(wanted)] };
  const surge = share(memberAt(deployment, "spec", "strategy", "rollingUpdate", "maxSurge"), wanted, Math.ceil);
  const unavailable = share(memberAt(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"), wanted, Math.floor);
  const create = Math.max(0, Math.min(wanted - fresh.length, wanted + surge - owned.length));
  // A broken old pod serves nobody and goes at once; a ready one only while the others keep the minimum available.
  let spare = owned.filter(isReady).length - (wanted - unavailable);
  const removable = old.filter((pod) => {
    if (!isReady(pod)) return true;
    spare -= 1;
    return spare >= 0;
  });
  return { create, remove: [...removable, ...fresh.slice(wanted)] };
}

function share(value: Json | undefined, of: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? Number.parseInt(value, 10) : 25;
  return round((of * percent) / 100);
}

interface DeploymentStatus {
  readonly value: { readonly [key: string]: Json };
  readonly deadlineInMs: number | undefined;
}

function statusOf(deployment: KubeObject, owned: readonly KubeObject[], hash: string, now: Instant): DeploymentStatus {
  const wanted = numberAt(deployment, 1, "spec", "replicas");
  const ready = owned.filter(isReady).length;
  const updated = owned.filter((pod) => isOfRevision(pod, hash, templateLabel)).length;
  const isComplete = updated === wanted && owned.length === wanted && ready === wanted;
  const unavailable = share(memberAt(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"), wanted, Math.floor);
  const counts = {
    replicas: count(owned.length),
    updatedReplicas: count(updated),
    readyReplicas: count(ready),
    availableReplicas: count(ready),
    unavailableReplicas: count(Math.max(0, Math.max(wanted, owned.length) - ready)),
  };
  const moved = Object.entries(counts).some(([name, value]) => (memberAt(deployment, "status", name) ?? null) !== value);
  const changed = memberAt(deployment, "status", "observedGeneration") !== deployment.metadata["generation"];

  const before = conditionOf(deployment, "Progressing");
  const lastUpdate = parseInstant(textAt(before, "lastUpdateTime"));
  const progressedAt = moved || changed || lastUpdate === undefined ? now : lastUpdate;
  const deadline = progressedAt + numberAt(deployment, 600, "spec", "progressDeadlineSeconds") * 1000;
  const progressing = progress(deployment, isComplete, isFinished(before) && !changed, now >= deadline);
  const available = availability(ready >= wanted - unavailable);
  return {
    value: {
      observedGeneration: deployment.metadata["generation"] ?? 1,
      ...counts,
      conditions: [
        { ...conditionAt(deployment, available, now), lastUpdateTime: timestamp(progressedAt) },
        { ...conditionAt(deployment, progressing, now), lastUpdateTime: timestamp(progressedAt) },
      ],
    },
    deadlineInMs: isComplete || now >= deadline ? undefined : deadline - now,
  };
}

const isFinished = (progressing: Json | undefined): boolean =>
  ["NewReplicaSetAvailable", "ProgressDeadlineExceeded"].includes(String(member(progressing, "reason")));

const availability = (isAvailable: boolean): Condition =>
  isAvailable
    ? { type: "Available", status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };

/** A rollout that ended, well or badly, keeps its word until the template changes; a lost pod does not reopen it. */
function progress(deployment: KubeObject, isComplete: boolean, wasFinished: boolean, isLate: boolean): Condition {
  const name = deployment.metadata.name;
  const before = String(member(conditionOf(deployment, "Progressing"), "reason"));
  const done: Condition = {
    type: "Progressing",
    status: "True",
    reason: "NewReplicaSetAvailable",
    message: `ReplicaSet of "${name}" has successfully progressed.`,
  };
  if (isComplete || (wasFinished && before === "NewReplicaSetAvailable")) return done;
  if (isLate || (wasFinished && before === "ProgressDeadlineExceeded"))
    return {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: `ReplicaSet of "${name}" has timed out progressing.`,
    };
  return { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message: `ReplicaSet of "${name}" is progressing.` };
}
