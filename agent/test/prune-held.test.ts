import type { JsonObject } from "@drover/kit";
import { type Assignment, pruneListHash } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube, ObjectRef } from "../src/app/kube.ts";
import { assignment, configMap, configMapRef, createTestFleet, eventually, reported, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const definitionRef: ObjectRef = {
  resource: {
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    namespaced: false,
    verbs: [],
  },
  namespace: undefined,
  name: "widgets.example.com",
};
const numbered = (count: number): readonly ReturnType<typeof configMap>[] => Array.from({ length: count }, (_, i) => configMap(`c${i}`));
const assign = (generation: number, objects: readonly ReturnType<typeof configMap>[], approvedPrunes: readonly string[] = []): void =>
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), { generation, approvedPrunes: [...approvedPrunes] }));
const live = (name: string): Promise<unknown> => fleet.cluster.admin.get(configMapRef(name));
const held = (): Promise<{ readonly hash: string; readonly objects: number }> =>
  eventually("held", () => fleet.controlPlane.status("shop")?.held);
const hashOf = (names: readonly string[]): string =>
  pruneListHash(names.map((name) => ({ group: "", kind: "ConfigMap", namespace: "shop", name })));

test("an approval of exactly the held list releases it, and one of another list nothing", async () => {
  const agent = await fleet.startAgent();
  assign(1, numbered(3));
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, []);
  const list = ["c2", "c0", "c1"];
  expect(await held()).toEqual({ hash: hashOf(list), objects: 3 });
  expect(fleet.controlPlane.events.find(({ kind }) => kind === "PruneHeld")?.message).toContain(hashOf(list));
  assign(2, [], [hashOf(["c0", "c1"])]);
  await eventually("the approval was seen", () => agent.health().position?.sequence === 3 && agent.statuses()[0]?.held);
  expect(await live("c0")).toBeDefined();
  assign(2, [], [hashOf(list)]);
  await reported(fleet, "Synced", "Healthy", 2);
  for (const name of list) expect(await live(name)).toBeUndefined();
  expect(fleet.controlPlane.status("shop")).not.toHaveProperty("held");
});

test("what is left of an approved list after a crash is deleted without asking again", async () => {
  const { cluster, controlPlane } = fleet;
  let deletions = 0;
  const crashing: Kube = Object.assign(Object.create(cluster.kube) as Kube, {
    delete: async (...call: Parameters<Kube["delete"]>) => {
      deletions += 1;
      if (deletions > 2) throw new Error("cut");
      return cluster.kube.delete(...call);
    },
    as: () => crashing,
    fenced: () => crashing,
  });
  const agent = await fleet.startAgent(crashing);
  assign(1, numbered(6));
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, [], [hashOf(numbered(6).map((_, i) => `c${i}`))]);
  await eventually("some are gone", () => deletions > 2);
  await agent.stop();
  controlPlane.goOffline();
  await fleet.startAgent();
  await eventually("all are gone", async () =>
    (await Promise.all(numbered(6).map((_, i) => live(`c${i}`)))).every((one) => one === undefined),
  );
});

test("what comes back to git is no longer approved when it leaves again", async () => {
  await fleet.startAgent();
  const kept = { ...configMap("kept"), metadata: { name: "kept", annotations: { "drover.dev/prune": "confirm" } } };
  assign(1, [configMap("a"), kept]);
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, [configMap("a")]);
  const { hash } = await held();
  assign(2, [configMap("a")], [hash]);
  await reported(fleet, "Synced", "Healthy", 2);
  expect(await live("kept")).toBeUndefined();
  assign(3, [configMap("a"), kept]);
  await reported(fleet, "Synced", "Healthy", 3);
  assign(4, [configMap("a")]);
  expect((await held()).hash).toBe(hash);
  expect(await live("kept")).toBeDefined();
});

test("what people keep or delete by hand meanwhile leaves the held list", async () => {
  await fleet.startAgent();
  assign(1, numbered(3));
  await reported(fleet, "Synced", "Healthy", 1);
  assign(2, []);
  await held();
  await fleet.cluster.admin.merge("kubectl-annotate", configMapRef("c0"), {
    metadata: { annotations: { "drover.dev/prune": "disabled" } },
  });
  await fleet.cluster.admin.delete(configMapRef("c1"));
  await eventually("the list is shorter", () => fleet.controlPlane.status("shop")?.held?.hash === hashOf(["c2"]));
});

test("a definition of which another application has objects stays, whoever approves its deletion", async () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };
  const { controlPlane } = fleet;
  const list = [{ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "widgets.example.com" }];
  const shop = (generation: number, objects: readonly JsonObject[]): Assignment =>
    assignment(controlPlane.bundle(objects), { generation, approvedPrunes: [pruneListHash(list)] });
  const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
  const blog = assignment(controlPlane.bundle([widget]), { application: "blog" });
  await fleet.startAgent();
  controlPlane.assign(shop(1, [definition, configMap("settings")]));
  await reported(fleet, "Synced", "Healthy", 1);
  controlPlane.assign(shop(1, [definition, configMap("settings")]), blog);
  await eventually("the blog has its widget", () => controlPlane.status("blog")?.sync === "Synced");
  controlPlane.assign(shop(2, [configMap("settings")]), blog);
  await reported(fleet, "Synced", "Healthy", 2);
  expect(await fleet.cluster.admin.get(definitionRef)).toBeDefined();
});
