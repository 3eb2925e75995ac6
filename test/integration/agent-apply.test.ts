import type { JsonObject } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld, type TestAgent } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
let agent: TestAgent;
let objects: Readonly<Record<"definition" | "widget", JsonObject>>;

beforeAll(async () => {
  world = await createAgentWorld();
  agent = await world.startAgent();
  objects = { definition: definitionIn(world.group), widget: widgetIn(world.group) };
});
afterAll(() => world?.dispose());

const kubectl = (...args: readonly string[]): Promise<string> => world.kubectl(...args);
const dataOf = (name: string): Promise<string> => kubectl("get", "configmap", name, "-o", "jsonpath={.data.a}");

const service: JsonObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }] },
};

const definitionIn = (group: string): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
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
});
const widgetIn = (group: string): JsonObject => ({
  apiVersion: `${group}/v1`,
  kind: "Widget",
  metadata: { name: "one" },
  spec: { size: 1 },
});

test("applies a bundle in order, a definition and its custom resource included", async () => {
  const { widget, definition } = objects;
  await world.run([widget, definition, deployment("web"), service, configMap("settings"), configMap("spare")]);
  expect(await dataOf("settings")).toBe("1");
  expect(await kubectl("get", `widgets.${world.group}`, "one", "-o", "jsonpath={.spec.size}")).toBe("1");
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
    kubectl(
      "get",
      `configmap,deployment,service,widgets.${world.group}`,
      "-o",
      'jsonpath={.items[*].metadata.managedFields[?(@.manager=="drover/default")].time}',
    );
  const before = await versions();
  agent = await world.startAgent();
  await waitUntil("in sync", () => agent.statuses()[0]?.sync === "Synced" && agent.statuses()[0]?.health === "Healthy");
  expect(await versions()).toBe(before);
});

test("a crashing Deployment is Degraded, with container and reason, and the next generation heals it", async () => {
  const { widget, definition } = objects;
  const crashing = deployment("web", { annotations: { "drover.test/outcome": "crash" } });
  const generation = world.assign([widget, definition, crashing, service, configMap("settings"), configMap("spare")]);
  const failing = await waitUntil(
    "it is Degraded",
    () => {
      const status = world.controlPlane.status("shop");
      return status?.generation === generation && status.health === "Degraded" ? status.failing[0] : undefined;
    },
    30_000,
  );
  expect(failing).toMatchObject({ kind: "Deployment", name: "web", container: "app", reason: "CrashLoopBackOff" });
  await world.run([widget, definition, deployment("web"), service, configMap("settings"), configMap("spare")]);
  expect(world.controlPlane.status("shop")?.lastDegradedAt).toBeUndefined();
});

test("what left git is deleted, and a foreign object stays", async () => {
  await kubectl("create", "configmap", "foreign", "--from-literal=a=1");
  const { widget, definition } = objects;
  await world.run([widget, definition, deployment("web"), service, configMap("settings")]);
  await waitUntil("spare is gone", async () => (await kubectl("get", "configmap", "spare", "--ignore-not-found")) === "");
  expect(await dataOf("foreign")).toBe("1");
});
