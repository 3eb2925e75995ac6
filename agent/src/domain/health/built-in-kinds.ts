import { memberAt } from "@drover/kit";
import type { Manifest } from "../manifest.ts";
import { assessConditions, conditionOf, conditionsOf, notObserved } from "./conditions.ts";
import { assessApiService, assessDefinition, assessFlowSchema } from "./extensions.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";
import { assessPod } from "./pods.ts";
import { assessAttachment, assessClaim, assessVolume } from "./storage.ts";
import { assessCronJob, assessDaemonSet, assessDeployment, assessJob, assessReplicaSet, assessStatefulSet } from "./workloads.ts";

type Rule = (object: Manifest) => Assessment;

/** Nothing follows from such an object being there: no controller has to do something about it first. */
const asSoonAsItIsThere: Rule = () => healthy;
const onceItIsObserved: Rule = (object) => notObserved(object) ?? healthy;

/** By group. Ingress: not every controller writes an address, and waiting for one would make such clusters Progressing for ever. */
const withoutController: Readonly<Record<string, string>> = {
  "": "Binding ComponentStatus ConfigMap Endpoints Event LimitRange PodTemplate ResourceQuota Secret ServiceAccount",
  "admissionregistration.k8s.io":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  apps: "ControllerRevision",
  "authentication.k8s.io": "SelfSubjectReview TokenReview",
  "authorization.k8s.io": "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  "coordination.k8s.io": "Lease",
  "discovery.k8s.io": "EndpointSlice",
  "events.k8s.io": "Event",
  "flowcontrol.apiserver.k8s.io": "PriorityLevelConfiguration",
  "networking.k8s.io": "IPAddress Ingress IngressClass NetworkPolicy",
  "node.k8s.io": "RuntimeClass",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "resource.k8s.io": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
  "scheduling.k8s.io": "PriorityClass",
  "storage.k8s.io": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttributesClass",
};

/** What every kind of Kubernetes itself is judged by, under `group/Kind`. Kinds that are not here are custom ones. */
export const builtInRules: ReadonlyMap<string, Rule> = new Map([
  ...Object.entries(withoutController).flatMap(([group, kinds]) =>
    kinds.split(" ").map((kind): [string, Rule] => [`${group}/${kind}`, asSoonAsItIsThere]),
  ),
  ["apps/Deployment", assessDeployment],
  ["apps/StatefulSet", assessStatefulSet],
  ["apps/DaemonSet", assessDaemonSet],
  ["apps/ReplicaSet", assessReplicaSet],
  ["/ReplicationController", assessReplicaSet],
  ["batch/Job", assessJob],
  ["batch/CronJob", assessCronJob],
  ["/Pod", assessPod],
  ["/PersistentVolumeClaim", assessClaim],
  ["/PersistentVolume", assessVolume],
  ["storage.k8s.io/VolumeAttachment", assessAttachment],
  ["/Service", assessService],
  ["/Namespace", assessNamespace],
  ["/Node", assessConditions],
  ["networking.k8s.io/ServiceCIDR", assessConditions],
  ["policy/PodDisruptionBudget", onceItIsObserved],
  ["admissionregistration.k8s.io/ValidatingAdmissionPolicy", onceItIsObserved],
  ["autoscaling/HorizontalPodAutoscaler", assessAutoscaler],
  ["certificates.k8s.io/CertificateSigningRequest", assessSigningRequest],
  ["flowcontrol.apiserver.k8s.io/FlowSchema", assessFlowSchema],
  ["apiextensions.k8s.io/CustomResourceDefinition", assessDefinition],
  ["apiregistration.k8s.io/APIService", assessApiService],
]);

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

function assessSigningRequest(object: Manifest): Assessment {
  const refused = conditionOf(object, "Denied") ?? conditionOf(object, "Failed");
  if (refused) return degraded(refused.reason || refused.type, refused.message);
  if (typeof memberAt(object, "status", "certificate") === "string") return healthy;
  return conditionOf(object, "Approved")
    ? progressing("NotSigned", "approved, not signed yet")
    : progressing("NotApproved", "nobody has approved it yet");
}
