import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Agent, createKube, kubeconfigConnection, startAgent } from "@drover/agent";
import type { JsonObject } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import { type Kubernetes, startKubernetes } from "@drover/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestControlPlane } from "../../agent/test/support/control-plane.ts";
import { assignment, configMap, deployment, token } from "../../agent/test/support/fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

let folder: string;
let cluster: Kubernetes;
let kube: ReturnType<typeof createKube>;
let agent: Agent;
const controlPlane = new TestControlPlane(systemClock);

const launch = async (): Promise<Agent> =>
  startAgent({
    kube,
    enrolment: controlPlane.enrolment,
    connect: controlPlane.connect,
    clock: systemClock,
    random: Math.random,
    log: createLog("agent", "silent"),
    namespace: "drover-system",
    enrolmentToken: token,
    agentVersion: "0.1.0",
    kubernetesVersion: await kube.version(new AbortController().signal),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-agent-apply-"));
  cluster = await startKubernetes({ dataDir: folder, name: "apply" });
  kube = createKube({ connection: await kubeconfigConnection(cluster.kubeconfig) });
  agent = await launch();
});
afterAll(async () => {
  await agent?.stop();
  await kube?.close();
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

let generation = 0;

/** Assigns the objects as the next generation and waits until it is Synced and Healthy. */
async function run(objects: readonly JsonObject[]): Promise<void> {
  generation += 1;
  controlPlane.assign(assignment(controlPlane.bundle(objects), { generation }));
  await waitUntil(
    `generation ${generation} is Synced and Healthy`,
    () => {
      const status = controlPlane.status("shop");
      if (status?.generation === generation && status.sync === "Synced" && status.health === "Healthy") return true;
      throw new Error(JSON.stringify(status));
    },
    30_000,
  );
}

const kubectl = (...args: readonly string[]): Promise<string> => cluster.kubectl(["-n", "shop", ...args]);
const dataOf = (name: string): Promise<string> => kubectl("get", "configmap", name, "-o", "jsonpath={.data.a}");

const service: JsonObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }] },
};

const definition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
const widget: JsonObject = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" }, spec: { size: 1 } };

test("applies a bundle in order, a definition and its custom resource included", async () => {
  await run([widget, definition, deployment("web"), service, configMap("settings"), configMap("spare")]);
  expect(await dataOf("settings")).toBe("1");
  expect(await kubectl("get", "widget", "one", "-o", "jsonpath={.spec.size}")).toBe("1");
});

test("a deleted object comes back and an edited one is put back", async () => {
  await kubectl("delete", "configmap", "settings");
  await waitUntil("it is back", async () => (await dataOf("settings")) === "1");
  await kubectl("patch", "configmap", "settings", "--type=merge", "-p", '{"data":{"a":"edited","extra":"x"}}');
  await waitUntil(
    "it is as git says",
    async () => (await kubectl("get", "configmap", "settings", "-o", "jsonpath={.data}")) === '{"a":"1"}',
    20_000,
  );
  await kubectl("scale", "deployment", "web", "--replicas=5");
  await waitUntil("2 replicas", async () => (await kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")) === "2");
});

test("a restarted agent that finds everything in place writes nothing", async () => {
  await agent.stop();
  const versions = (): Promise<string> =>
    cluster.kubectl([
      "get",
      "configmap,deployment,service,widget",
      "-n",
      "shop",
      "-o",
      "jsonpath={.items[*].metadata.managedFields[*].time}",
    ]);
  const before = await versions();
  agent = await launch();
  await waitUntil("in sync", () => agent.statuses()[0]?.sync === "Synced" && agent.statuses()[0]?.health === "Healthy");
  expect(await versions()).toBe(before);
});

test("a crashing Deployment is Degraded, with container and reason, and the next generation heals it", async () => {
  generation += 1;
  const crashing = deployment("web", { annotations: { "drover.test/outcome": "crash" } });
  controlPlane.assign(
    assignment(controlPlane.bundle([widget, definition, crashing, service, configMap("settings"), configMap("spare")]), { generation }),
  );
  const failing = await waitUntil(
    "it is Degraded",
    () => {
      const status = controlPlane.status("shop");
      return status?.generation === generation && status.health === "Degraded" ? status.failing[0] : undefined;
    },
    30_000,
  );
  expect(failing).toMatchObject({ kind: "Deployment", name: "web", container: "app", reason: "CrashLoopBackOff" });
  await run([widget, definition, deployment("web"), service, configMap("settings"), configMap("spare")]);
  expect(controlPlane.status("shop")?.lastDegradedAt).toBeUndefined();
});

test("what left git is deleted, and a foreign object stays", async () => {
  await kubectl("create", "configmap", "foreign", "--from-literal=a=1");
  await run([widget, definition, deployment("web"), service, configMap("settings")]);
  await waitUntil("spare is gone", async () => (await kubectl("get", "configmap", "spare", "--ignore-not-found")) === "");
  expect(await dataOf("foreign")).toBe("1");
});
