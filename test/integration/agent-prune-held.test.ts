import type { JsonObject } from "@drover/kit";
import { pruneListHash } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const numbered = (count: number): readonly JsonObject[] => Array.from({ length: count }, (_, i) => configMap(`c${i}`));
const held = (world: AgentWorld): Promise<{ readonly hash: string; readonly objects: number }> =>
  waitUntil("it is held", () => world.controlPlane.status("shop")?.held);
const namesOf = async (world: AgentWorld, kind: string): Promise<readonly string[]> =>
  (await world.kubectl("get", kind, "-o", "jsonpath={.items[*].metadata.name}"))
    .split(" ")
    .filter((name) => name !== "" && name !== "kube-root-ca.crt");
const hashOf = (world: AgentWorld, kind: string, names: readonly string[], group = ""): string =>
  pruneListHash(names.map((name) => ({ group, kind, namespace: world.namespace, name })));

test("an empty bundle and a mass prune wait for an approval of exactly their lists", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run(numbered(60));
  world.assign(numbered(30));
  const gone = Array.from({ length: 30 }, (_, i) => `c${30 + i}`);
  expect(await held(world)).toEqual({ hash: hashOf(world, "ConfigMap", gone), objects: 30 });
  expect(world.controlPlane.status("shop")).toMatchObject({ reason: "PruneHeld", message: "30 of 60 objects would be deleted at once" });
  expect(world.controlPlane.events.find(({ kind }) => kind === "PruneHeld")?.message).toContain(hashOf(world, "ConfigMap", gone));
  expect(await namesOf(world, "configmap")).toHaveLength(60);

  world.assign(numbered(30), { approvedPrunes: [hashOf(world, "ConfigMap", gone.slice(1)), hashOf(world, "ConfigMap", gone)] });
  await world.settled();
  expect(await namesOf(world, "configmap")).toHaveLength(30);

  world.assign([]);
  expect((await held(world)).objects).toBe(30);
  expect(await namesOf(world, "configmap")).toHaveLength(30);
});

const claim = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "none", resources: { requests: { storage: "1Gi" } } },
});
const definition = (group: string): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});
const statefulSet: JsonObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db" },
  spec: {
    replicas: 0,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "example.com/db:1" }] } },
  },
};

test("what takes data along waits, and what left git with it", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const confirm = { ...configMap("asks"), metadata: { name: "asks", annotations: { "argocd.argoproj.io/sync-options": "Prune=confirm" } } };
  const stays = configMap("stays");
  await world.run([stays, configMap("beside"), confirm, statefulSet, definition(world.group)]);
  world.assign([stays]);
  const list = [
    { group: "", kind: "ConfigMap", namespace: world.namespace, name: "beside" },
    { group: "", kind: "ConfigMap", namespace: world.namespace, name: "asks" },
    { group: "apps", kind: "StatefulSet", namespace: world.namespace, name: "db" },
    { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: `widgets.${world.group}` },
  ];
  expect(await held(world)).toEqual({ hash: pruneListHash(list), objects: 4 });
  expect(await namesOf(world, "configmap")).toEqual(["asks", "beside", "stays"]);
  expect(await namesOf(world, "statefulset")).toEqual(["db"]);

  world.assign([stays], { approvedPrunes: [pruneListHash(list)] });
  await world.settled();
  expect(await namesOf(world, "configmap")).toEqual(["stays"]);
  expect(await namesOf(world, "statefulset")).toEqual([]);
});

test("what a finalizer holds of an approved list is waited for, and asked for no more", async () => {
  const world = await agentWorld();
  const agent = await world.startAgent();
  const stuck = { ...claim("stuck"), metadata: { name: "stuck", finalizers: ["example.com/hold"] } };
  world.assign([configMap("stays"), stuck, claim("other")]);
  await world.settled({ health: "Progressing" }); // nothing binds a claim here
  const list = ["stuck", "other"].map((name) => ({ group: "", kind: "PersistentVolumeClaim", namespace: world.namespace, name }));
  world.assign([configMap("stays")], { approvedPrunes: [pruneListHash(list)] });
  await waitUntil("one is gone", async () => (await namesOf(world, "pvc")).join() === "stuck");
  await waitUntil("the other is being deleted", () => world.controlPlane.status("shop")?.reason === "Pruning");
  await agent.stop();
  await world.startAgent();
  await waitUntil("the restarted one waits for it", () => world.controlPlane.status("shop")?.reason === "Pruning");
  await world.kubectl("patch", "pvc", "stuck", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]');
  await world.settled();
  expect(await namesOf(world, "pvc")).toEqual([]);
});
