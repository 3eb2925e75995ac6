import { DroverError, type JsonObject } from "@drover/kit";
import type { AnswerChunk, DiffAnswer, EventsAnswer, LiveAnswer, Query, QueryObject, TreeAnswer } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube, KubeObject, ObjectRef, Resource } from "../src/app/kube.ts";
import {
  assignment,
  configMap,
  configMapRef,
  createTestFleet,
  deployment,
  eventually,
  policy,
  reported,
  type TestFleet,
} from "./support/fleet.ts";
import { job } from "./support/hook-objects.ts";

let fleet: TestFleet;
let reads: string[];
/** While true no list of ReplicaSets is answered. */
let hangs: boolean;
let forbidden: string | undefined;
beforeEach(async () => {
  fleet = createTestFleet();
  reads = [];
  hangs = false;
  forbidden = undefined;
  await fleet.startAgent(noting(fleet.cluster.kube));
});
afterEach(() => fleet.stop());

/** The same cluster, which may hang, with a note of every object that is read by name. */
const noting = (kube: Kube): Kube => ({
  ...kube,
  as: () => noting(kube),
  fenced: (check) => noting(kube.fenced(check)),
  get: (object, signal) => {
    reads.push(`${object.resource.kind} ${object.namespace}/${object.name}`);
    return kube.get(object, signal);
  },
  list: async (kind, options, signal) => {
    if (kind.kind === forbidden) throw new DroverError("forbidden", "KUBE_FORBIDDEN", `list ${kind.plural}: forbidden`);
    return hangs && kind.kind === "ReplicaSet" ? new Promise(() => {}) : kube.list(kind, options, signal);
  },
});

const assign = (objects: readonly JsonObject[], generation = 1, mode: "correct" | "warn" = "correct"): void => {
  const syncPolicy = { ...policy, drift: { ...policy.drift, mode } };
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects), { generation, syncPolicy }));
};
const run = async (objects: readonly JsonObject[], mode?: "correct" | "warn"): Promise<void> => {
  assign(objects, 1, mode);
  await reported(fleet, "Synced", "Healthy", 1);
};

const ask = async <Answer>(kind: Query["kind"], object?: QueryObject): Promise<Answer> =>
  JSON.parse(await fleet.controlPlane.ask(object === undefined ? { kind } : { kind, object })) as Answer;

const resource = (kind: string, plural: string): Resource => ({ group: "", version: "v1", kind, plural, namespaced: true, verbs: [] });
const ref = (kind: string, plural: string, name: string, namespace = "shop"): ObjectRef => ({
  resource: resource(kind, plural),
  namespace,
  name,
});
const named = (kind: string, name: string, group = "", namespace = "shop"): QueryObject => ({ group, kind, namespace, name });

const pods = async (): Promise<readonly KubeObject[]> => fleet.cluster.admin.list(resource("Pod", "pods"), { namespace: "shop" });

test("a live object is shown as it is, without its managed fields", async () => {
  await run([configMap("settings", { a: "1" })]);
  const { object } = await ask<LiveAnswer>("live", named("ConfigMap", "settings"));
  expect(object).toMatchObject({ kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, data: { a: "1" } });
  expect(object["metadata"]).not.toHaveProperty("managedFields");
});

test("a pod that came of a Deployment can be looked at", async () => {
  await run([deployment("web")]);
  const [pod] = await pods();
  const { object } = await ask<LiveAnswer>("live", named("Pod", pod!.metadata.name));
  expect(object).toMatchObject({ kind: "Pod", metadata: { name: pod!.metadata.name } });
});

test.each([
  { name: "a ConfigMap of somebody else", object: named("ConfigMap", "foreign") },
  { name: "one that is not there", object: named("ConfigMap", "nowhere") },
  { name: "a Secret of somebody else", object: named("Secret", "foreign") },
  { name: "an object of another namespace", object: named("ConfigMap", "settings", "", "kube-system") },
  { name: "a namespace", object: { group: "", kind: "Namespace", name: "shop" } },
])("$name is not in the tree, and is not even read", async ({ object }) => {
  await run([configMap("settings"), deployment("web")]);
  await fleet.cluster.admin.create("kubectl", configMapRef("foreign"), configMap("foreign") as KubeObject);
  reads = [];
  for (const kind of ["live", "events", "diff", "dryRun"] as const)
    await expect(fleet.controlPlane.ask({ kind, object })).rejects.toThrow("OBJECT_NOT_IN_TREE");
  expect(reads).toEqual([]);
});

test("a pod of somebody else is not in the tree, whatever its owners pretend", async () => {
  await run([deployment("web")]);
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "00000000-0000-0000-0000-000000000000" };
  for (const [name, ownerReferences] of [
    ["alone", []],
    ["liar", [owner]],
  ] as const) {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, ownerReferences }, spec: { containers: [{ name: "a", image: "b" }] } };
    await fleet.cluster.admin.create("kubectl", ref("Pod", "pods", name), pod as unknown as KubeObject);
    await expect(ask("live", named("Pod", name))).rejects.toThrow("OBJECT_NOT_IN_TREE");
    await expect(
      fleet.controlPlane.ask({ kind: "logs", object: named("Pod", name), logs: { follow: false, previous: false, tailLines: 10 } }),
    ).rejects.toThrow("OBJECT_NOT_IN_TREE");
  }
});

test("what equals git is compared and not listed", async () => {
  await run([configMap("settings"), deployment("web")]);
  expect(await ask("diff")).toEqual({ application: "shop", objects: [], compared: 2 });
  expect(await ask("dryRun")).toEqual({ application: "shop", objects: [], compared: 2 });
});

test("a diff says what a sync would change, create and delete", async () => {
  await run([configMap("edited", { a: "1" }), configMap("gone"), configMap("same")], "warn");
  await fleet.cluster.admin.merge("kubectl-edit", configMapRef("edited"), { data: { a: "2" } });
  await fleet.cluster.admin.delete(configMapRef("gone"));
  await reported(fleet, "OutOfSync", "Missing");
  const { objects, compared } = await ask<DiffAnswer>("diff");
  expect(compared).toBe(3);
  expect(objects.map(({ name, change, fields }) => `${change} ${name} ${fields.join(",")}`.trim()).toSorted()).toEqual([
    "Change edited .data.a",
    "Create gone",
  ]);
  const edited = objects.find(({ name }) => name === "edited");
  expect(edited).toMatchObject({ live: { data: { a: "2" } }, desired: { data: { a: "1" } } });
});

test("what git no longer has is a deletion, and is shown as long as it is held", async () => {
  const many = Array.from({ length: 30 }, (_, i) => configMap(`c${i}`));
  await run(many);
  assign(many.slice(0, 2), 2);
  await eventually("it is held", () => fleet.controlPlane.status("shop")?.reason === "PruneHeld");
  const { objects } = await ask<DiffAnswer>("diff");
  expect(objects).toHaveLength(28);
  expect(objects[0]).toMatchObject({ change: "Delete", message: expect.stringContaining("held") as string });
});

test("a dry run says which object would be refused, and why", async () => {
  await run([configMap("settings")]);
  assign([configMap("settings"), { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } }], 2);
  await eventually("it is refused", () => fleet.controlPlane.status("shop")?.failing[0]?.reason === "UnknownKind");
  const { objects } = await ask<DiffAnswer>("dryRun");
  expect(objects).toMatchObject([{ kind: "Widget", change: "Unknown", message: expect.stringContaining("UnknownKind") as string }]);
});

test("events about an object and what came of it are told, oldest first, and no others", async () => {
  await run([deployment("web"), configMap("settings")]);
  const [pod] = await pods();
  const event = async (name: string, about: JsonObject, lastTimestamp: string): Promise<void> => {
    const object = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name },
      involvedObject: about,
      type: "Warning",
      reason: "BackOff",
      message: name,
    };
    await fleet.cluster.admin.create("kubelet", ref("Event", "events", name), {
      ...object,
      lastTimestamp,
      count: 3,
    } as unknown as KubeObject);
  };
  const about = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: pod!.metadata.name, uid: pod!.metadata["uid"] ?? "" };
  await event("second", about, "2026-01-02T00:00:00Z");
  await event("first", about, "2026-01-01T00:00:00Z");
  await event("foreign", { ...about, uid: "another" }, "2026-01-01T00:00:00Z");
  const { items } = await ask<EventsAnswer>("events", named("Deployment", "web", "apps"));
  expect(items.map(({ message }) => message).filter((message) => ["first", "second", "foreign"].includes(message))).toEqual([
    "first",
    "second",
  ]);
  expect(items.at(0)).toMatchObject({ object: { kind: "Pod", name: pod!.metadata.name }, type: "Warning", reason: "BackOff", count: 3 });
  const ofAll = await ask<EventsAnswer>("events");
  expect(ofAll.items.map(({ message }) => message)).toContain("second");
});

const logsOf = (object: QueryObject, over: Partial<Query["logs"] & object> = {}): Pick<Query, "kind"> & Partial<Query> => ({
  kind: "logs",
  object,
  logs: { follow: false, previous: false, tailLines: 2, ...over },
});

test("the log of a workload is that of one of its pods", async () => {
  await run([deployment("web")]);
  expect(await fleet.controlPlane.ask(logsOf(named("Deployment", "web", "apps")))).toBe("listening on 8080\nready\n");
});

test("what a hook runs is in the tree, and its log can be read", async () => {
  await run([
    configMap("settings"),
    job("migrate", { "drover.dev/hook": "PreSync", "drover.dev/hook-delete-policy": "BeforeHookCreation" }),
  ]);
  const { nodes } = await ask<TreeAnswer>("tree");
  const lines = nodes.map(({ kind, parent, sync, health }) =>
    [kind, parent === undefined ? "" : nodes[parent]?.kind, sync, health].join(" "),
  );
  expect(lines.toSorted()).toEqual(["ConfigMap  Synced Healthy", "Job   Healthy", "Pod Job  Healthy"]);
  expect(await fleet.controlPlane.ask(logsOf(named("Job", "migrate", "batch")))).not.toBe("");
});

test("kinds that the application's user may not list are left out, and the tree says that it is not whole", async () => {
  await run([deployment("web")]);
  forbidden = "Pod";
  const { nodes, truncated } = await ask<TreeAnswer>("tree");
  expect(nodes.map(({ kind }) => kind)).toEqual(["Deployment", "ReplicaSet"]);
  expect(truncated).toBe(true);
  await expect(fleet.controlPlane.ask(logsOf(named("Deployment", "web", "apps")))).rejects.toThrow("KUBE_FORBIDDEN");
});

test("a question that hangs does not hold up healing", async () => {
  await run([configMap("settings"), deployment("web")]);
  hangs = true;
  const answer = ask("tree");
  answer.catch(() => {}); // it is never answered
  await fleet.cluster.admin.delete(configMapRef("settings"));
  await eventually("it is back", async () => fleet.cluster.admin.get(configMapRef("settings")));
  expect(await fleet.cluster.admin.get(configMapRef("settings"))).toBeDefined();
});

test("a stream begins with an empty piece, and ends when its listener has enough", async () => {
  await run([deployment("web")]);
  const heard: AnswerChunk[] = [];
  fleet.controlPlane.put(fleet.controlPlane.query(logsOf(named("Deployment", "web", "apps"))), async (chunk) => {
    heard.push(chunk);
    return "stop";
  });
  await eventually("the stream has begun", () => heard.length > 0);
  expect(heard).toMatchObject([{ index: 0, text: "", last: false }]);
  await ask("tree");
  expect(heard).toHaveLength(1);
});

test("a fifth question at a time is refused, and one that is answered makes room", async () => {
  await run([deployment("web")]);
  const release = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 4 }, () => {
    const ended = Promise.withResolvers<void>();
    const query = fleet.controlPlane.query({ kind: "tree" });
    const heard = Promise.withResolvers<void>();
    fleet.controlPlane.put(query, async ({ last }) => {
      heard.resolve();
      await release.promise;
      if (last) ended.resolve();
      return "continue";
    });
    return { heard: heard.promise, ended: ended.promise };
  });
  await Promise.all(waiting.map(({ heard }) => heard));
  await expect(ask("tree")).rejects.toThrow("AGENT_BUSY");
  expect(await fleet.controlPlane.ask(logsOf(named("Deployment", "web", "apps")))).toContain("ready"); // logs have places of their own
  release.resolve();
  await Promise.all(waiting.map(({ ended }) => ended));
  await eventually("there is room again", async () => ask("tree").catch(() => false));
});
