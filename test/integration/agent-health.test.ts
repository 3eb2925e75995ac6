import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtInRules } from "../../agent/src/domain/health/built-in-kinds.ts";
import { deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
  for (const { name, object } of [...cases, slowest]) world.assign([object], { application: name });
});
afterAll(() => world?.dispose());

const fate = (name: string, outcome: string): JsonObject => deployment(name, { annotations: { "drover.test/outcome": outcome } });

const podSpec = (over: JsonObject = {}): JsonObject => ({ containers: [{ name: "app", image: "example.com/app:1" }], ...over });

const job = (name: string, outcome: string): JsonObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: {
    backoffLimit: 0,
    template: { metadata: { annotations: { "drover.test/outcome": outcome } }, spec: podSpec({ restartPolicy: "Never" }) },
  },
});

const nowhere: JsonObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "nowhere" },
  spec: {
    selector: { matchLabels: { app: "nowhere" } },
    template: { metadata: { labels: { app: "nowhere" } }, spec: podSpec({ nodeSelector: { planet: "mars" } }) },
  },
};

const claim: JsonObject = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "disk" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

const balancer: JsonObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "front" },
  spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
};

const autoscaler: JsonObject = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "scaler" },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "not-there" }, maxReplicas: 3 },
};

interface Case {
  readonly name: string;
  readonly object: JsonObject;
  readonly health: ApplicationStatus["health"];
  readonly failing: object;
}

const cases: readonly Case[] = [
  { name: "crash", object: fate("crash", "crash"), health: "Degraded", failing: { container: "app", reason: "CrashLoopBackOff" } },
  {
    name: "imagepull",
    object: fate("imagepull", "imagepull"),
    health: "Degraded",
    failing: { container: "app", reason: "ImagePullBackOff" },
  },
  {
    name: "oom",
    object: fate("oom", "oom"),
    health: "Degraded",
    failing: { container: "app", reason: "OOMKilled", message: expect.stringContaining("exit code 137") as string },
  },
  { name: "nowhere", object: nowhere, health: "Progressing", failing: { reason: "Unschedulable" } },
  { name: "job", object: job("job", "fail"), health: "Degraded", failing: { kind: "Job", reason: "BackoffLimitExceeded" } },
  { name: "claim", object: claim, health: "Progressing", failing: { kind: "PersistentVolumeClaim", name: "disk", reason: "Pending" } },
  { name: "front", object: balancer, health: "Progressing", failing: { kind: "Service", name: "front", reason: "NoLoadBalancer" } },
];

const patience = { timeout: 15_000 };

/** Its controller looks every 15 seconds, so its test comes last. */
const slowest: Case = {
  name: "scaler",
  object: autoscaler,
  health: "Degraded",
  failing: { kind: "HorizontalPodAutoscaler", reason: "FailedGetScale" },
};

/** What the application blames, once it is as healthy as that. */
async function blames({ name, health }: Case): Promise<() => unknown> {
  await world.settled({ application: name, health });
  return () => world.controlPlane.status(name)?.failing[0];
}

test("what is wrong is named: the object, and for pods the container and the reason", async () => {
  for (const one of cases) await expect.poll(await blames(one), patience).toMatchObject(one.failing);
});

test("an application is as healthy as the worst of its objects, and well again when that is", async () => {
  world.assign([balancer, deployment("web")], { application: "front" });
  await world.settled({ application: "front", health: "Progressing" });
  const address = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } });
  await world.kubectl("patch", "service", "front", "--subresource=status", "--type=merge", "-p", address);
  const { failing } = await world.settled({ application: "front" });
  expect(failing).toEqual([]);
});

test("what people chose to stop is Suspended", async () => {
  const paused = deployment("paused");
  world.assign([{ ...paused, spec: { ...(paused["spec"] as JsonObject), paused: true } }, configured("settings")], {
    application: "paused",
  });
  expect(await world.settled({ application: "paused", health: "Suspended" })).toMatchObject({ failing: [] });
});

const configured = (name: string): JsonObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: {} });

test.each(["drover.dev/ignore-healthcheck", "argocd.argoproj.io/ignore-healthcheck"])("an object with %s does not count", async (mark) => {
  const application = mark.startsWith("drover") ? "ours" : "argos";
  const broken = fate(application, "crash");
  world.assign([{ ...broken, metadata: { name: application, annotations: { [mark]: "true" } } }], { application });
  expect(await world.settled({ application })).toMatchObject({ failing: [] });
});

test("a custom resource is read by its conditions", async () => {
  const definition: JsonObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${world.group}` },
    spec: {
      group: world.group,
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
  const widget = { apiVersion: `${world.group}/v1`, kind: "Widget", metadata: { name: "one" }, spec: { size: 1 } };
  await world.run([definition, widget], { application: "widget" });
  const says = async (type: string, status: string, reason: string): Promise<void> => {
    const condition = { type, status, reason, message: "as its operator says", lastTransitionTime: "2026-01-01T00:00:00Z" };
    const patch = JSON.stringify({ status: { conditions: [condition] } });
    await world.kubectl("patch", `widgets.${world.group}`, "one", "--subresource=status", "--type=merge", "-p", patch);
  };
  await says("Ready", "False", "Installing");
  const progressing = await world.settled({ application: "widget", health: "Progressing" });
  expect(progressing.failing).toMatchObject([{ kind: "Widget", reason: "Installing", message: "as its operator says" }]);
  await says("Stalled", "True", "NoAccess");
  await world.settled({ application: "widget", health: "Degraded" });
  await says("Ready", "True", "Installed");
  await world.settled({ application: "widget" });
});

/** By which rule of ours a kind is judged, where that is more than its being there. */
const judged = {
  "/Namespace": "assessNamespace",
  "/Node": "assessConditions",
  "/PersistentVolume": "assessVolume",
  "/PersistentVolumeClaim": "assessClaim",
  "/Pod": "assessPod",
  "/ReplicationController": "assessReplicaSet",
  "/Service": "assessService",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": "onceItIsObserved",
  "apiextensions.k8s.io/CustomResourceDefinition": "assessDefinition",
  "apiregistration.k8s.io/APIService": "assessApiService",
  "apps/DaemonSet": "assessDaemonSet",
  "apps/Deployment": "assessDeployment",
  "apps/ReplicaSet": "assessReplicaSet",
  "apps/StatefulSet": "assessStatefulSet",
  "autoscaling/HorizontalPodAutoscaler": "assessAutoscaler",
  "batch/CronJob": "assessCronJob",
  "batch/Job": "assessJob",
  "certificates.k8s.io/CertificateSigningRequest": "assessSigningRequest",
  "flowcontrol.apiserver.k8s.io/FlowSchema": "assessFlowSchema",
  "networking.k8s.io/ServiceCIDR": "assessConditions",
  "policy/PodDisruptionBudget": "onceItIsObserved",
  "storage.k8s.io/VolumeAttachment": "assessAttachment",
};

test("every kind that this Kubernetes serves has a rule", async () => {
  const { resources: served } = await world.kube.discover(new AbortController().signal);
  const definitions = await world.cluster.kubectl(["get", "customresourcedefinitions", "-o", "jsonpath={.items[*].spec.group}"]);
  const custom = new Set(definitions.split(/\s+/));
  const kinds = [...new Set(served.filter(({ group }) => !custom.has(group)).map(({ group, kind }) => `${group}/${kind}`))].toSorted();
  const rules = kinds.map((kind) => [kind, builtInRules.get(kind)?.name ?? "none"] as const);
  expect(rules.filter(([, rule]) => rule === "none")).toEqual([]);
  expect(Object.fromEntries(rules.filter(([, rule]) => rule !== "asSoonAsItIsThere"))).toEqual(judged);
});

test("an autoscaler whose workload is not there is Degraded", async () => {
  await expect.poll(await blames(slowest), patience).toMatchObject(slowest.failing);
});
