import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { waitUntil } from "../support/wait-until.ts";

// The server behind one API group is down: its kinds are unknown, and everything else is as it was.

const styles = ["stale", "503"] as const;

const silence = (world: FaultyWorld, group: string, style: (typeof styles)[number]) =>
  world.proxy.addRule({ when: { verb: "discover" }, fault: { kind: "partial-discovery", group, style } });

const isFailing = (world: FaultyWorld, kind: string): Promise<true> =>
  waitUntil(`${kind} is named`, () => {
    const status = world.controlPlane.status("shop");
    const failing = status?.failing.find((one) => one.kind === kind);
    if (failing?.reason === "Unavailable" && failing.message.includes("does not answer")) return true;
    throw new Error(JSON.stringify(status));
  });

test.each(styles)("what the others serve is applied, what it serves is named and comes when it is back (%s)", async (style) => {
  const world = await agentWorld({ proxy: true });
  const silent = silence(world, "apps", style);
  await world.startAgent({ clock: fastClock(5) });
  await world.run([configMap("alone")], { application: "other" });
  world.assign([configMap("settings"), deployment("web")]);
  await isFailing(world, "Deployment");
  expect(await world.kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.a}")).toBe("1");
  silent.remove();
  await world.settled();
});

test.each(styles)("nothing is pruned while a kind is unknown, nor forgotten (%s)", async (style) => {
  const world = await agentWorld({ proxy: true });
  const { group } = world;
  const agent = await world.startAgent();
  await world.run([definition(group), widget(group), configMap("one"), configMap("two")]);
  await agent.stop();
  const silent = silence(world, group, style);
  await world.startAgent({ clock: fastClock(5) });
  world.assign([definition(group), configMap("one", { a: "2" })]);
  await waitUntil("the rest is applied", async () => (await dataOf(world, "one")) === "2");
  await waitUntil("it is said that something waits", () => world.controlPlane.status("shop")?.reason === "PruneWaiting");
  expect(world.proxy.count({ verb: "delete", namespace: world.namespace })).toBe(0);
  expect(await world.kubectl("get", `widgets.${group}`, "-o", "name")).toContain("one");
  silent.remove();
  await world.settled();
  expect(await world.kubectl("get", `widgets.${group}`, "-o", "name")).toBe("");
  expect(await dataOf(world, "two")).toBe("");
});

const dataOf = (world: FaultyWorld, name: string): Promise<string> =>
  world.kubectl("get", "configmap", name, "--ignore-not-found", "-o", "jsonpath={.data.a}");

const definition = (group: string): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});
const widget = (group: string): JsonObject => ({ apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "one" } });
