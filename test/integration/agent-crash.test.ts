import type { JsonObject } from "@drover/kit";
import type { Resource } from "@drover/agent";
import { expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import type { FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { beginningAt, type CrashPoint, crashPoints } from "../support/crash-points.ts";
import { type CrashScenario, playScenario } from "../support/crash-scenario.ts";

// The agent dies after a write, one at a time, and before the first: a new one starts, and the cluster ends as if nothing had been. Of like
// writes in a row one is enough for every day, and of scenarios that begin alike the first; `npm run crashes` tries every single one.
const thoroughness = process.env["DROVER_CRASHES"] === "every-write" ? "every-write" : "every-kind";

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };

async function isAsInGit({ kube, namespace }: FaultyWorld): Promise<boolean> {
  const live = await kube.get({ resource: configMaps, namespace, name: "one" }, AbortSignal.timeout(5_000));
  return JSON.stringify(live?.["data"]) === '{"a":"1"}';
}

const secret: JsonObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "db" }, stringData: { password: "hunter2" } };
const service: JsonObject = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } };

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

const scenarios: readonly CrashScenario[] = [
  {
    name: "an agent's first start",
    act: (world) => world.assign([configMap("one"), configMap("two")]),
  },
  {
    name: "objects are created",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.assign([configMap("one"), configMap("two"), service, deployment("web")]),
  },
  {
    name: "an object changes",
    before: (world) => world.run([configMap("one"), configMap("two")]),
    act: (world) => world.assign([configMap("one", { a: "2" }), configMap("two")]),
  },
  {
    name: "objects leave git",
    before: (world) => world.run(["one", "two", "three"].map((name) => configMap(name))),
    act: (world) => world.assign([configMap("one")]),
  },
  {
    name: "an edited object is healed",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.kubectl("patch", "configmap", "one", "--type=merge", "-p", '{"data":{"a":"edited"}}'),
    isOver: isAsInGit,
  },
  {
    name: "a deleted object is made again",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.kubectl("delete", "configmap", "one"),
    isOver: isAsInGit,
  },
  {
    name: "what people added is evicted",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.kubectl("patch", "configmap", "one", "--type=merge", "-p", '{"data":{"b":"added"}}'),
    isOver: isAsInGit,
  },
  {
    name: "a definition with its custom resource",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.assign([configMap("one"), widget(world.group), definition(world.group)]),
    customKinds: ["Widget"],
  },
  {
    name: "a namespace is created",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.assign([configMap("two")], { application: "web", namespace: `${world.namespace}-web` }),
  },
  {
    name: "a Secret with stringData",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.assign([configMap("one"), secret]),
  },
  {
    name: "an object of kubectl's is taken over",
    before: async (world) => {
      await world.kubectl("create", "configmap", "two", "--from-literal=a=1");
      await world.run([configMap("one")]);
    },
    act: (world) => world.assign([configMap("one"), configMap("two")], { syncPolicy: { ...policy, whenToTakeOver: "Always" } }),
  },
  {
    name: "a generation overtakes another",
    before: (world) => world.run([configMap("one")]),
    act: (world) => {
      world.assign([configMap("one", { a: "2" }), configMap("two")]);
      world.assign([configMap("one", { a: "3" }), configMap("three")]);
    },
  },
  {
    name: "two applications at once",
    before: (world) => world.run([configMap("one")]),
    act: (world) => {
      world.assign([configMap("one", { a: "2" })]);
      world.assign([configMap("two"), configMap("three")], { application: "web" });
    },
  },
  {
    name: "an object moves between applications",
    before: async (world) => {
      await world.run([configMap("one"), configMap("moved")]);
      await world.run([configMap("two")], { application: "web" });
    },
    act: (world) => {
      world.assign([configMap("one")]);
      world.assign([configMap("two"), configMap("moved")], { application: "web" });
    },
  },
  {
    name: "an application goes with its objects",
    before: (world) => world.run([configMap("one"), configMap("two")]),
    act: (world) => world.assign([configMap("one"), configMap("two")], { state: "removing", deletionPolicy: "Delete" }),
  },
  {
    name: "an application goes, its objects stay",
    before: (world) => world.run([configMap("one"), configMap("two")]),
    act: (world) => world.assign([configMap("one"), configMap("two")], { state: "removing", deletionPolicy: "Orphan" }),
  },
  {
    name: "a bundle of many objects",
    before: (world) => world.run([configMap("one")]),
    act: (world) => world.assign(Array.from({ length: 20 }, (_, index) => configMap(`one-${index}`)).concat(configMap("one"))),
  },
];

const beginnings = new Set<string>();

/** Says no to a place on the way to the first object at which an earlier scenario's agent has died. */
function isToBeTried(writes: readonly string[], point: CrashPoint): boolean {
  const beginning = thoroughness === "every-write" ? undefined : beginningAt(writes, point);
  if (beginning === undefined) return true;
  const isNew = !beginnings.has(beginning);
  beginnings.add(beginning);
  return isNew;
}

/** Each plays in a world of its own, so several fit beside each other. */
const atOnce = 4;

test.each(scenarios)("$name", { timeout: 120_000 }, async (scenario) => {
  const { state: expected, writes } = await playScenario(scenario);
  expect(writes).not.toEqual([]);
  const others: unknown[] = [];
  const crashAt = async (point: CrashPoint): Promise<void> => {
    const at = `${point.when} ${point.write}: ${writes[point.write - 1]}`;
    try {
      const { state } = await playScenario(scenario, { point, expected });
      if (JSON.stringify(state) !== JSON.stringify(expected)) others.push({ at, state });
    } catch (thrown) {
      others.push({ at, never: thrown instanceof Error ? String(thrown.cause ?? thrown) : thrown });
    }
  };
  const queue = crashPoints(writes, thoroughness)
    .filter((point) => isToBeTried(writes, point))
    .values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const point of queue) await crashAt(point);
    }),
  );
  expect(others, `other endings than ${expected.join("\n")}`).toEqual([]);
});
