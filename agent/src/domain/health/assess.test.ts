import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { assess } from "./assess.ts";

const object = (apiVersion: string, kind: string, rest: JsonObject, metadata: JsonObject = {}): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: "a", generation: 2, ...metadata },
  ...rest,
});
const condition = (type: string, status: string, reason = "", message = ""): JsonObject => ({ type, status, reason, message });
const deployment = (status: JsonObject, spec: JsonObject = {}): Manifest =>
  object("apps/v1", "Deployment", { spec: { replicas: 2, ...spec }, status: { observedGeneration: 2, ...status } });
const ready = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const statefulSet = (status: JsonObject, spec: JsonObject = {}): Manifest =>
  object("apps/v1", "StatefulSet", { spec: { replicas: 2, ...spec }, status: { observedGeneration: 2, ...status } });
const settled = { replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2, currentRevision: "r1", updateRevision: "r1" };
const rolling = { replicas: 2, readyReplicas: 2, currentReplicas: 1, updatedReplicas: 1, currentRevision: "r1", updateRevision: "r2" };
const daemonSet = (status: JsonObject): Manifest =>
  object("apps/v1", "DaemonSet", { status: { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, ...status } });
const job = (conditions: readonly JsonObject[], spec: JsonObject = {}): Manifest =>
  object("batch/v1", "Job", { spec, status: { conditions } });
const core = (kind: string, rest: JsonObject): Manifest => object("v1", kind, rest);
const custom = (status: JsonObject): Manifest => object("example.com/v1", "Widget", { status });

test.each([
  { name: "a Deployment nobody has looked at", of: object("apps/v1", "Deployment", { spec: {} }), want: "Progressing NotObserved" },
  {
    name: "a Deployment whose newest spec nobody has seen",
    of: deployment({ ...ready, observedGeneration: 1 }),
    want: "Progressing NotObserved",
  },
  { name: "a ready Deployment", of: deployment(ready), want: "Healthy" },
  { name: "a Deployment scaled to nothing", of: deployment({}, { replicas: 0 }), want: "Healthy" },
  { name: "a Deployment with one replica too few", of: deployment({ ...ready, availableReplicas: 1 }), want: "Progressing NotReady" },
  { name: "a Deployment with an old replica left", of: deployment({ ...ready, replicas: 3 }), want: "Progressing OldReplicas" },
  { name: "a paused Deployment", of: deployment(ready, { paused: true }), want: "Suspended Paused" },
  {
    name: "a Deployment past its deadline",
    of: deployment({ ...ready, conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] }),
    want: "Degraded ProgressDeadlineExceeded",
  },
  {
    name: "a Deployment over its quota",
    of: deployment({ conditions: [condition("ReplicaFailure", "True", "FailedCreate")] }),
    want: "Degraded FailedCreate",
  },
  { name: "a settled StatefulSet", of: statefulSet(settled), want: "Healthy" },
  { name: "a StatefulSet half-way through an update", of: statefulSet(rolling), want: "Progressing NotReady" },
  {
    name: "a StatefulSet held by its partition",
    of: statefulSet(rolling, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } }),
    want: "Healthy",
  },
  { name: "a StatefulSet updated by hand", of: statefulSet(rolling, { updateStrategy: { type: "OnDelete" } }), want: "Healthy" },
  { name: "a DaemonSet on every node", of: daemonSet({ numberAvailable: 3 }), want: "Healthy" },
  { name: "a DaemonSet missing on a node", of: daemonSet({ numberAvailable: 2 }), want: "Progressing NotReady" },
  { name: "a running Job", of: job([]), want: "Progressing Running" },
  { name: "a complete Job", of: job([condition("Complete", "True")]), want: "Healthy" },
  { name: "a failed Job", of: job([condition("Failed", "True", "BackoffLimitExceeded")]), want: "Degraded BackoffLimitExceeded" },
  { name: "a suspended Job", of: job([], { suspend: true }), want: "Suspended Suspended" },
  {
    name: "a Job that gives up while pods still end",
    of: job([condition("FailureTarget", "True", "PodFailurePolicy")]),
    want: "Degraded PodFailurePolicy",
  },
  { name: "a suspended CronJob", of: object("batch/v1", "CronJob", { spec: { suspend: true } }), want: "Suspended Suspended" },
  {
    name: "a ReplicationController with one replica too few",
    of: core("ReplicationController", { spec: { replicas: 2 }, status: { observedGeneration: 2, availableReplicas: 1 } }),
    want: "Progressing NotReady",
  },
  { name: "a volume that could not be made free", of: core("PersistentVolume", { status: { phase: "Failed" } }), want: "Degraded Failed" },
  { name: "a free volume", of: core("PersistentVolume", { status: { phase: "Available" } }), want: "Healthy" },
  {
    name: "a volume that could not be attached",
    of: object("storage.k8s.io/v1", "VolumeAttachment", { status: { attached: false, attachError: { message: "no" } } }),
    want: "Degraded AttachFailed",
  },
  {
    name: "a node that is away",
    of: core("Node", { status: { conditions: [condition("Ready", "Unknown", "NodeStatusUnknown")] } }),
    want: "Progressing NodeStatusUnknown",
  },
  {
    name: "a signing request that was denied",
    of: object("certificates.k8s.io/v1", "CertificateSigningRequest", { status: { conditions: [condition("Denied", "True", "Policy")] } }),
    want: "Degraded Policy",
  },
  {
    name: "a flow schema without its priority level",
    of: object("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", { status: { conditions: [condition("Dangling", "True", "NotFound")] } }),
    want: "Degraded NotFound",
  },
  { name: "an Ingress without address", of: object("networking.k8s.io/v1", "Ingress", { status: {} }), want: "Healthy" },
  {
    name: "an object that people leave out",
    of: object("v1", "PersistentVolumeClaim", {}, { annotations: { "argocd.argoproj.io/ignore-healthcheck": "true" } }),
    want: "Healthy HealthIgnored",
  },
  {
    name: "an operator's object that says Degraded",
    of: custom({ conditions: [condition("Degraded", "True", "NoQuorum")] }),
    want: "Degraded NoQuorum",
  },
  { name: "a bound claim", of: core("PersistentVolumeClaim", { status: { phase: "Bound" } }), want: "Healthy" },
  { name: "a claim without a volume", of: core("PersistentVolumeClaim", { status: { phase: "Pending" } }), want: "Progressing Pending" },
  { name: "a claim that lost its volume", of: core("PersistentVolumeClaim", { status: { phase: "Lost" } }), want: "Degraded Lost" },
  { name: "a plain Service", of: core("Service", { spec: { type: "ClusterIP" } }), want: "Healthy" },
  { name: "a load balancer without address", of: core("Service", { spec: { type: "LoadBalancer" } }), want: "Progressing NoLoadBalancer" },
  { name: "a ConfigMap", of: core("ConfigMap", {}), want: "Healthy" },
  { name: "anything on its way out", of: object("v1", "ConfigMap", {}, { deletionTimestamp: "now" }), want: "Progressing Terminating" },
  {
    name: "a definition that is established",
    of: object("apiextensions.k8s.io/v1", "CustomResourceDefinition", { status: { conditions: [condition("Established", "True")] } }),
    want: "Healthy",
  },
  { name: "a custom resource that says nothing", of: custom({}), want: "Healthy" },
  { name: "a custom resource that is ready", of: custom({ conditions: [condition("Ready", "True")] }), want: "Healthy" },
  {
    name: "a custom resource that is not ready",
    of: custom({ conditions: [condition("Ready", "False", "Waiting")] }),
    want: "Progressing Waiting",
  },
  {
    name: "a custom resource that is stalled",
    of: custom({ conditions: [condition("Stalled", "True", "NoAccess")] }),
    want: "Degraded NoAccess",
  },
  {
    name: "a custom resource that is busy",
    of: custom({ conditions: [condition("Reconciling", "True", "Upgrading")] }),
    want: "Progressing Upgrading",
  },
  {
    name: "a custom resource behind its spec",
    of: custom({ observedGeneration: 1, conditions: [condition("Ready", "True")] }),
    want: "Progressing NotObserved",
  },
])("$name: $want", ({ of, want }) => {
  const { health, reason } = assess(of);
  expect(reason === undefined ? health : `${health} ${reason}`).toBe(want);
});
