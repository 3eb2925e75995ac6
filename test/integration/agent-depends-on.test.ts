import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { annotated } from "../../agent/test/support/hook-objects.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const crash = { annotations: { "drover.test/outcome": "crash" } };
const after = (object: JsonObject, on: string): JsonObject => annotated(object, { "drover.dev/depends-on": on });

const isThere = async (world: AgentWorld, name: string): Promise<boolean> =>
  (await world.kubectl("get", name, "--ignore-not-found", "-o", "name")) !== "";

const told = (world: AgentWorld, application: string, what: Partial<ApplicationStatus>): Promise<ApplicationStatus> =>
  waitUntil(`${application} is ${JSON.stringify(what)}`, () => {
    const status = world.controlPlane.status(application);
    if (!status || !Object.entries(what).every(([field, value]) => status[field as keyof ApplicationStatus] === value))
      throw new Error(JSON.stringify(status));
    return status;
  });

const dependingOn = (...dependsOn: string[]): { syncPolicy: typeof policy } => ({ syncPolicy: { ...policy, dependsOn } });

test("an object waits until those that it depends on are healthy, whatever their kinds", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const schema = after(configMap("schema"), `Deployment.apps db, /ConfigMap/${world.namespace}/settings`);
  world.assign([schema, deployment("db", crash), configMap("settings"), configMap("free")]);
  const status = await told(world, "shop", { reason: "WaitingForDependency", health: "Degraded" });
  expect(status.message).toContain(`ConfigMap ${world.namespace}/schema waits: Deployment.apps ${world.namespace}/db is Degraded`);
  expect(await isThere(world, "configmap/free")).toBe(true);
  expect(await isThere(world, "configmap/schema")).toBe(false);
  await world.run([schema, deployment("db"), configMap("settings"), configMap("free")]);
  expect(await isThere(world, "configmap/schema")).toBe(true);
});

test("circles and missing targets are named on their objects, and the rest is applied", async () => {
  const world = await agentWorld();
  await world.startAgent();
  world.assign([
    after(configMap("a"), "ConfigMap b"),
    after(configMap("b"), "ConfigMap a"),
    after(configMap("lost"), "Service nowhere"),
    configMap("free"),
  ]);
  await waitUntil("the free one is there", () => isThere(world, "configmap/free"));
  const { failing } = await waitUntil("all three are named", () => {
    const status = world.controlPlane.status("shop");
    return status?.failing.length === 3 && status;
  });
  expect(failing.map(({ name, reason }) => `${name} ${reason}`).toSorted()).toEqual([
    "a DependencyCircle",
    "b DependencyCircle",
    "lost DependencyMissing",
  ]);
});

test("an application waits until another one of its cluster is Synced and Healthy, and then goes on by itself", async () => {
  const world = await agentWorld();
  await world.startAgent();
  world.assign([configMap("settings")], { application: "web", ...dependingOn("db") });
  const unknown = await told(world, "web", { reason: "Blocked" });
  expect(unknown.message).toBe("it depends on application db, which is not assigned to this cluster");
  world.assign([deployment("db", crash)], { application: "db" });
  await told(world, "web", { reason: "Blocked", message: "it waits for application db, which is Synced and Degraded" });
  expect(await isThere(world, "configmap/settings")).toBe(false);
  await world.run([deployment("db")], { application: "db" });
  await world.settled({ application: "web" });
});

test("a dependency that fails later stops the next sync and not the healing", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run([deployment("db")], { application: "db" });
  await world.run([configMap("settings")], { application: "web", ...dependingOn("db") });
  world.assign([deployment("db", crash)], { application: "db" });
  await world.settled({ application: "db", health: "Degraded" });
  world.assign([configMap("settings", { a: "2" })], { application: "web", ...dependingOn("db") });
  await told(world, "web", { reason: "Blocked" });
  await world.kubectl("delete", "configmap", "settings");
  await waitUntil("it is back", () => isThere(world, "configmap/settings"));
  expect(await world.kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.a}")).toBe("1");
});

test("applications in a circle are all blocked, and the circle is named", async () => {
  const world = await agentWorld();
  await world.startAgent();
  world.assign([configMap("a")], { application: "a", ...dependingOn("b") });
  world.assign([configMap("b")], { application: "b", ...dependingOn("c") });
  world.assign([configMap("c")], { application: "c", ...dependingOn("a") });
  await told(world, "a", { reason: "Blocked", message: "applications depend on each other in a circle: a → b → c → a" });
  await told(world, "c", { reason: "Blocked", message: "applications depend on each other in a circle: c → a → b → c" });
});
