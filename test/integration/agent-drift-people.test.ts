import { type JsonObject, memberAt } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { healedAfter, policyWith, read, told } from "../support/drift.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const people = (word: "evict" | "report" | "keep"): ReturnType<typeof policyWith> =>
  policyWith({ drift: { mode: "correct", people: word } });
const patch = (object: string, body: unknown, ...more: readonly string[]): Promise<string> =>
  world.kubectl("patch", object, "-p", JSON.stringify(body), ...more);
const dataOf = async (name: string): Promise<unknown> => (await read(world, "configmap", name))["data"];

const podSpec = (spec: unknown): unknown => ({ spec: { template: { spec } } });

const additions = [
  {
    name: "a-container",
    body: podSpec({ containers: [{ name: "debug", image: "example.com/debug:1" }] }),
    field: '.spec.template.spec.containers[name="debug"]',
  },
  { name: "a-host-pid", body: podSpec({ hostPID: true }), field: ".spec.template.spec.hostPID" },
  {
    name: "a-privilege",
    body: podSpec({ containers: [{ name: "app", securityContext: { privileged: true } }] }),
    field: '.spec.template.spec.containers[name="app"].securityContext.privileged',
  },
  {
    name: "a-port",
    body: podSpec({ containers: [{ name: "app", ports: [{ containerPort: 81 }] }] }),
    field: '.spec.template.spec.containers[name="app"].ports[containerPort=81,protocol="TCP"]',
  },
  { name: "a-pause", body: { spec: { paused: true } }, field: ".spec.paused" },
  { name: "a-label", body: { metadata: { labels: { mine: "1" } } }, field: ".metadata.labels.mine" },
];

test.concurrent.each(additions)("evict takes away $name", async ({ name, body, field }) => {
  await world.run([deployment(name)], { application: name, ...people("evict") });
  const episode = await healedAfter(world, { kind: "deployment", name }, () => patch(`deployment/${name}`, body));
  expect(episode).toMatchObject({ change: "Added", actor: "kubectl-patch", fields: [field] });
});

test.concurrent("report tells what people added, and leaves it", async () => {
  await world.run([configMap("told")], { application: "report", ...people("report") });
  await patch("configmap/told", { data: { mine: "1" } });
  expect((await told(world, "DriftFound", "told")).drift).toMatchObject({
    change: "Added",
    fields: [".data.mine"],
    actor: "kubectl-patch",
  });
  expect(await world.settled({ application: "report", sync: "OutOfSync" })).toMatchObject({ drifted: 1 });
  expect(await dataOf("told")).toEqual({ a: "1", mine: "1" });
  // What they change of ours is put right all the same, and what they added is told still.
  await patch("configmap/told", { data: { a: "2" } });
  await told(world, "DriftHealed", "told");
  expect(await dataOf("told")).toEqual({ a: "1", mine: "1" });
  await world.settled({ application: "report", sync: "OutOfSync" });
  await patch("configmap/told", { data: { mine: null } });
  expect((await told(world, "DriftEnded", "told")).drift).toMatchObject({ action: "Ended" });
  await world.settled({ application: "report" });
});

test.concurrent("keep looks at our own fields alone", async () => {
  await world.run([configMap("kept")], { application: "keep", ...people("keep") });
  await patch("configmap/kept", { data: { mine: "1" } });
  const episode = await healedAfter(world, { kind: "configmap", name: "kept" }, () => patch("configmap/kept", { data: { a: "2" } }));
  expect(episode.fields).toEqual([".data.a"]);
  expect(await dataOf("kept")).toEqual({ a: "1", mine: "1" });
  expect(await world.settled({ application: "keep" })).toMatchObject({ drifted: 0 });
});

test.concurrent("controllers are never evicted", async () => {
  await world.run([configMap("operated")], { application: "operated", ...people("evict") });
  await patch("configmap/operated", { data: { theirs: "1" } }, "--field-manager=some-operator");
  await healedAfter(world, { kind: "configmap", name: "operated" }, () => patch("configmap/operated", { data: { mine: "1" } }));
  expect(await dataOf("operated")).toEqual({ a: "1", theirs: "1" });
});

test.concurrent("replicas that git leaves out are whoever's set them", async () => {
  const { replicas: _left, ...spec } = deployment("scaled")["spec"] as JsonObject;
  await world.run([{ ...deployment("scaled"), spec }], { application: "scaled", ...people("evict") });
  await patch("deployment/scaled", { spec: { replicas: 3 } });
  await healedAfter(world, { kind: "deployment", name: "scaled" }, () => patch("deployment/scaled", { spec: { paused: true } }));
  expect(memberAt(await read(world, "deployment", "scaled"), "spec", "replicas")).toBe(3);
  expect(world.controlPlane.events.filter(({ drift }) => drift?.name === "scaled")).toHaveLength(1);
});
