import type { JsonObject } from "@drover/kit";
import type { DiffAnswer, EventsAnswer, LiveAnswer, Query, QueryObject, TreeAnswer } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
  await world.run(objects);
});
afterAll(() => world?.dispose());

const service: JsonObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
};
const job: JsonObject = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "once" },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "example.com/app:1" }] } } },
};
const statefulSet: JsonObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db" },
  spec: {
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "app", image: "example.com/db:1" }] } },
  },
};
const secret: JsonObject = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "credentials" },
  stringData: { password: "correct horse battery" },
};
const objects = [deployment("web"), service, job, statefulSet, secret, configMap("settings", { url: "db://app:correct horse battery@db" })];

const ask = async <Answer>(question: Pick<Query, "kind"> & Partial<Query>): Promise<Answer> =>
  JSON.parse(await world.controlPlane.ask(question)) as Answer;
const named = (kind: string, name: string, group = ""): QueryObject => ({ group, kind, namespace: world.namespace, name });

test("the tree goes down to pods, revisions and endpoints", async () => {
  const { nodes, health } = await ask<TreeAnswer>({ kind: "tree" });
  expect(health).toBe("Healthy");
  const pathOf = (at: number): string => {
    const { kind, parent } = nodes[at]!;
    return parent === undefined ? kind : `${pathOf(parent)}/${kind}`;
  };
  expect([...new Set(nodes.map((_node, at) => pathOf(at)))].toSorted()).toEqual([
    "ConfigMap",
    "Deployment",
    "Deployment/ReplicaSet",
    "Deployment/ReplicaSet/Pod",
    "Job",
    "Job/Pod",
    "Secret",
    "Service",
    "Service/EndpointSlice",
    "StatefulSet",
    "StatefulSet/ControllerRevision",
    "StatefulSet/Pod",
  ]);
  expect(nodes.filter(({ health: word }) => word !== "Healthy")).toEqual([]);
  for (const { createdAt } of nodes) expect(createdAt).toMatch(/^20/);
});

test("a diff names the fields that somebody has changed, and what a sync would make of them", async () => {
  world.assign(objects, {
    syncPolicy: { prune: true, selfHeal: false, whenToTakeOver: "IfNoDiff", drift: { mode: "warn", people: "report" }, syncOptions: [] },
  });
  await world.settled();
  expect(await ask<DiffAnswer>({ kind: "diff" })).toMatchObject({ objects: [], compared: objects.length });
  await world.kubectl("scale", "deployment/web", "--replicas=3");
  await world.settled({ sync: "OutOfSync" });
  const { objects: differing } = await ask<DiffAnswer>({ kind: "diff" });
  expect(differing).toMatchObject([
    {
      kind: "Deployment",
      name: "web",
      change: "Change",
      fields: [".spec.replicas"],
      live: { spec: { replicas: 3 } },
      desired: { spec: { replicas: 2 } },
    },
  ]);
  const dryRun = await ask<DiffAnswer>({ kind: "dryRun" });
  expect(dryRun).toMatchObject({ compared: objects.length });
  expect(dryRun.objects.map(({ name, fields }) => ({ name, fields }))).toEqual([{ name: "web", fields: [".spec.replicas"] }]);
});

test("Kubernetes' events about a workload and its pods are told", async () => {
  const items = await waitUntil("the scheduler has spoken", async () => {
    const answer = await ask<EventsAnswer>({ kind: "events", object: named("Deployment", "web", "apps") });
    return answer.items.some(({ reason }) => reason === "Scheduled") && answer.items;
  });
  expect(items.map(({ object: { kind }, reason }) => `${kind} ${reason}`)).toEqual(
    expect.arrayContaining(["Deployment ScalingReplicaSet", "ReplicaSet SuccessfulCreate", "Pod Scheduled"]),
  );
});

test("a Secret's values stay in the cluster", async () => {
  const { object } = await ask<LiveAnswer>({ kind: "live", object: named("Secret", "credentials") });
  expect(object).toMatchObject({ data: { password: expect.stringMatching(/^••••[0-9a-f]{6}$/) as string } });
  const settings = await ask<LiveAnswer>({ kind: "live", object: named("ConfigMap", "settings") });
  expect(settings.object).toMatchObject({ data: { url: expect.stringMatching(/^db:\/\/app:••••[0-9a-f]{6}@db$/) as string } });
});

test("what belongs to others is not in the tree", async () => {
  await world.kubectl("create", "secret", "generic", "foreign", "--from-literal=a=b");
  await expect(ask({ kind: "live", object: named("Secret", "foreign") })).rejects.toThrow("OBJECT_NOT_IN_TREE");
});

test("a log is followed until its listener has heard enough", async () => {
  const heard: string[] = [];
  const logs = { follow: true, previous: false, tailLines: 10 };
  const query = world.controlPlane.query({ kind: "logs", object: named("Deployment", "web", "apps"), logs });
  const ended = Promise.withResolvers<void>();
  world.controlPlane.put(query, async (chunk) => {
    heard.push(chunk.text);
    if (chunk.error) ended.reject(new Error(chunk.error.message));
    const isEnough = heard.join("").includes("\n");
    if (isEnough) ended.resolve();
    return isEnough ? "stop" : "continue";
  });
  await ended.promise;
  expect(heard[0]).toBe("");
});

test("a refresh answers how it stands once everything was looked at", async () => {
  world.assign(objects);
  await world.settled();
  expect(await ask({ kind: "refresh" })).toEqual({ application: "shop", sync: "Synced", health: "Healthy" });
});
