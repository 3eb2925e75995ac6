import type { JsonObject } from "@drover/kit";
import { pruneListHash } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const removed = (world: AgentWorld, application = "shop"): Promise<unknown> =>
  waitUntil(`${application} is removed`, () => world.controlPlane.status(application)?.reason === "Removed");
const get = (world: AgentWorld, kind: string, name: string, path = "{.metadata.name}"): Promise<string> =>
  world.kubectl("get", kind, name, "--ignore-not-found", "-o", `jsonpath=${path}`);
const secretsOf = async (world: AgentWorld, application: string): Promise<readonly string[]> =>
  (await world.kubectl("-n", world.agentNamespace, "get", "secret", "-o", "jsonpath={.items[*].metadata.name}"))
    .split(" ")
    .filter((name) => name.includes(`-${application}`));

const objects = [configMap("settings"), deployment("web")];

test("by default what an application left behind is nobody's and runs on", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run(objects);
  const uid = await get(world, "deployment", "web", "{.metadata.uid}");
  world.assign(objects, { state: "removing" });
  await removed(world);
  expect(await get(world, "deployment", "web", "{.metadata.uid} {.status.readyReplicas}")).toBe(`${uid} 2`);
  expect(await get(world, "configmap", "settings", "{.metadata.labels}{.metadata.annotations} {.metadata.managedFields[*].manager}")).toBe(
    '{"drover.dev/released-from":"shop"} drover-released',
  );
  expect(await secretsOf(world, "shop")).toEqual([]);
  // Whoever comes next meets no conflict.
  const theirs = JSON.stringify({ ...configMap("settings", { a: "theirs" }), metadata: { name: "settings", namespace: world.namespace } });
  await world.cluster.kubectl(["apply", "--server-side", "-f", "-"], theirs);
  expect(await get(world, "configmap", "settings", "{.data.a}")).toBe("theirs");
});

test("another application of the cluster can take what one left behind", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run(objects);
  const uid = await get(world, "deployment", "web", "{.metadata.uid}");
  world.assign(objects, { state: "removing", deletionPolicy: "Orphan" });
  await removed(world);
  await world.run(objects, { application: "next", project: "other" });
  expect(await get(world, "deployment", "web", "{.metadata.uid} {.metadata.annotations.drover\\.dev/application}")).toBe(`${uid} next`);
});

const claim: JsonObject = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "none", resources: { requests: { storage: "1Gi" } } },
};

test("Delete waits for an approval where data would go, then deletes everything, over a restart", async () => {
  const world = await agentWorld();
  const first = await world.startAgent();
  const kept = { ...configMap("kept"), metadata: { name: "kept", annotations: { "drover.dev/delete": "disabled" } } };
  const all = [...objects, claim, kept];
  world.assign(all);
  await world.settled({ health: "Progressing" });
  world.assign(all, { state: "removing", deletionPolicy: "Delete" });
  const hash = pruneListHash([
    { group: "", kind: "ConfigMap", namespace: world.namespace, name: "settings" },
    { group: "", kind: "PersistentVolumeClaim", namespace: world.namespace, name: "data" },
    { group: "apps", kind: "Deployment", namespace: world.namespace, name: "web" },
  ]);
  await waitUntil("it is held", () => world.controlPlane.status("shop")?.held?.hash === hash);
  await first.kill();
  await world.startAgent();
  await waitUntil(
    "it is held still",
    () => world.controlPlane.reports.at(-1)?.boot === 2 && world.controlPlane.status("shop")?.held?.hash === hash,
  );
  expect(await get(world, "deployment", "web")).toBe("web");

  world.assign(all, { state: "removing", deletionPolicy: "Delete", approvedPrunes: [hash] });
  await removed(world);
  expect(await world.kubectl("get", "pvc,deployment", "-o", "name")).toBe("");
  expect(await get(world, "configmap", "settings")).toBe("");
  expect(await get(world, "configmap", "kept", "{.metadata.labels}{.data.a}")).toBe("1");
  expect(await secretsOf(world, "shop")).toEqual([]);
});

test("what others need goes last, and only after what needs it is really gone", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const service: JsonObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
  };
  const held = deployment("web");
  const finalized = { ...held, metadata: { name: "web", finalizers: ["example.com/hold"] } };
  await world.run([configMap("settings"), finalized, service]);
  world.assign([], { state: "removing", deletionPolicy: "Delete" });
  await waitUntil(
    "the Deployment is asked to go",
    async () => (await get(world, "deployment", "web", "{.metadata.deletionTimestamp}")) !== "",
  );
  await waitUntil("it says so", () => world.controlPlane.status("shop")?.reason === "Removing");
  expect(await get(world, "service", "web")).toBe("web");
  expect(await get(world, "configmap", "settings")).toBe("settings");
  await world.kubectl("patch", "deployment", "web", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]');
  await removed(world);
  expect(await get(world, "service", "web")).toBe("");
  expect(await get(world, "configmap", "settings")).toBe("");
});
