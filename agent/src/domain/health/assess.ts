import { memberAt } from "@drover/kit";
import { isBeingDeleted, textOf } from "../manifest-fields.ts";
import { groupOf, type Manifest } from "../manifest.ts";
import { assessConditions, conditionOf, conditionsOf, notObserved } from "./conditions.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";
import { assessPod } from "./pods.ts";
import { assessDaemonSet, assessDeployment, assessJob, assessReplicaSet, assessStatefulSet } from "./workloads.ts";

type Rule = (object: Manifest) => Assessment;

/** Rules for the kinds whose status says more than conditions do; every other kind is read by its conditions. */
const rules: Readonly<Record<string, Rule>> = {
  "apps/Deployment": assessDeployment,
  "apps/StatefulSet": assessStatefulSet,
  "apps/DaemonSet": assessDaemonSet,
  "apps/ReplicaSet": assessReplicaSet,
  "batch/Job": assessJob,
  "batch/CronJob": () => healthy,
  "/Pod": assessPod,
  "/PersistentVolumeClaim": assessClaim,
  "/Service": assessService,
  "/Namespace": assessNamespace,
  "policy/PodDisruptionBudget": (object) => notObserved(object) ?? healthy,
  "autoscaling/HorizontalPodAutoscaler": assessAutoscaler,
  "networking.k8s.io/Ingress": () => healthy,
  "apiextensions.k8s.io/CustomResourceDefinition": assessDefinition,
  "apiregistration.k8s.io/APIService": assessApiService,
};

/** How an object is doing, from nothing but itself. */
export function assess(object: Manifest): Assessment {
  if (isBeingDeleted(object)) return progressing("Terminating", "it is being deleted");
  return (rules[`${groupOf(object.apiVersion)}/${object.kind}`] ?? assessConditions)(object);
}

function assessClaim(object: Manifest): Assessment {
  const phase = memberAt(object, "status", "phase");
  if (phase === "Bound") return healthy;
  // A claim with WaitForFirstConsumer stays Pending until a pod wants it, so Pending is never a failure.
  return phase === "Lost"
    ? degraded("Lost", "the volume behind the claim is gone")
    : progressing(textOf(phase) || "Pending", "not bound yet");
}

function assessService(object: Manifest): Assessment {
  if (memberAt(object, "spec", "type") !== "LoadBalancer") return healthy;
  const ingress = memberAt(object, "status", "loadBalancer", "ingress");
  return Array.isArray(ingress) && ingress.length > 0 ? healthy : progressing("NoLoadBalancer", "no load balancer address yet");
}

function assessNamespace(object: Manifest): Assessment {
  return memberAt(object, "status", "phase") === "Terminating" ? progressing("Terminating", "it is being deleted") : healthy;
}

function assessAutoscaler(object: Manifest): Assessment {
  const failing = conditionsOf(object).find(({ type, status }) => type === "AbleToScale" && status === "False");
  if (failing) return degraded(failing.reason, failing.message);
  return healthy; // ScalingActive is False on a workload scaled to nothing and before the first metrics: no failure
}

function assessDefinition(object: Manifest): Assessment {
  const refused = conditionOf(object, "NamesAccepted");
  if (refused?.status === "False") return degraded(refused.reason, refused.message);
  const established = conditionOf(object, "Established");
  return established?.status === "True" ? healthy : progressing("NotEstablished", established?.message ?? "not established yet");
}

function assessApiService(object: Manifest): Assessment {
  const available = conditionOf(object, "Available");
  return available?.status === "True" ? healthy : progressing(available?.reason ?? "NotAvailable", available?.message ?? "");
}

export const isEstablished = (definition: Manifest): boolean => conditionOf(definition, "Established")?.status === "True";
