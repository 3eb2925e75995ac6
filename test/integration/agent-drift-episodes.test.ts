import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { healedAfter, policyWith, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const patch = (within: AgentWorld, name: string, body: unknown): Promise<string> =>
  within.kubectl("patch", "configmap", name, "--field-manager=kubectl-edit", "-p", JSON.stringify(body));
const warn = policyWith({ drift: { mode: "warn", people: "evict" } });

test.concurrent("an episode names object, change, fields, actor, action, begin and end", async () => {
  await world.run([configMap("edited", { a: "1", b: "1" })], { application: "edited" });
  const before = Date.now();
  const episode = await healedAfter(world, { kind: "configmap", name: "edited" }, () =>
    patch(world, "edited", { data: { a: "2", b: "2" } }),
  );
  const { startedAt, endedAt, ...rest } = episode;
  expect(rest).toEqual({
    group: "",
    kind: "ConfigMap",
    namespace: world.namespace,
    name: "edited",
    change: "Edited",
    fields: [".data.a", ".data.b"],
    actor: "kubectl-edit",
    action: "Healed",
  });
  expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(endedAt!)).toBeGreaterThanOrEqual(Date.parse(startedAt));
});

test.concurrent("a deletion has no fields, and nobody knows whose it was", async () => {
  await world.run([configMap("gone")], { application: "gone" });
  const episode = await healedAfter(world, { kind: "configmap", name: "gone" }, () => world.kubectl("delete", "configmap", "gone"));
  expect(episode).toMatchObject({ change: "Deleted", fields: [], action: "Healed" });
  expect(episode).not.toHaveProperty("actor");
});

test.concurrent("at most ten fields are named", async () => {
  const data = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, "1"]));
  await world.run([configMap("many", data)], { application: "many" });
  const edited = Object.fromEntries(Object.keys(data).map((key) => [key, "2"]));
  const episode = await healedAfter(world, { kind: "configmap", name: "many" }, () => patch(world, "many", { data: edited }));
  expect(episode.fields).toHaveLength(10);
});

test.concurrent("what cannot be healed is told once with its reason, and stays open until it is right", async () => {
  await world.run([configMap("locked")], { application: "locked" });
  await patch(world, "locked", { immutable: true, data: { a: "2" } });
  const failed = await told(world, "HealFailed", "locked");
  expect(failed.message).toContain("immutable");
  expect(failed.drift).toMatchObject({ action: "Failed", fields: [".data.a"], actor: "kubectl-edit" });
  expect(failed.drift).not.toHaveProperty("endedAt");
  await world.settled({ application: "locked", sync: "OutOfSync" });
  await world.kubectl("delete", "configmap", "locked");
  const healed = await told(world, "DriftHealed", "locked");
  expect(healed.drift).toMatchObject({ startedAt: failed.drift!.startedAt, action: "Healed" });
  expect(world.controlPlane.events.filter(({ kind, drift }) => kind === "HealFailed" && drift?.name === "locked")).toHaveLength(1);
});

test.concurrent("an open episode takes in what comes after, and the next generation ends it", async () => {
  await world.run([configMap("undone")], { application: "undone", ...warn });
  await patch(world, "undone", { data: { a: "2" } });
  const found = await told(world, "DriftFound", "undone");
  await world.kubectl("delete", "configmap", "undone");
  await waitUntil("the deletion is told as well", () =>
    world.controlPlane.events.some(({ kind, drift }) => kind === "DriftFound" && drift?.name === "undone" && drift.change === "Deleted"),
  );
  await world.run([configMap("undone")], { application: "undone", ...policyWith({ drift: { mode: "off", people: "evict" } }) });
  expect((await told(world, "DriftHealed", "undone")).drift?.startedAt).toBe(found.drift?.startedAt);
});

test("an episode that the last process began ends in this one", async () => {
  const quiet = await agentWorld();
  const agent = await quiet.startAgent();
  await quiet.run([configMap("carried")], warn);
  await patch(quiet, "carried", { data: { mine: "1" } });
  const found = await told(quiet, "DriftFound", "carried");
  await agent.stop();
  await patch(quiet, "carried", { data: { mine: null } });
  await quiet.startAgent();
  const ended = await told(quiet, "DriftEnded", "carried");
  expect(ended.drift).toMatchObject({ startedAt: found.drift!.startedAt, action: "Ended", fields: [".data.mine"] });
});
