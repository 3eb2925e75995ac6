import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { healedAfter, policyWith, read, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const edit = (within: AgentWorld, name: string, value: string): Promise<string> =>
  within.kubectl("patch", "configmap", name, "--field-manager=kubectl-edit", "-p", JSON.stringify({ data: { a: value } }));
const valueOf = async (within: AgentWorld, name: string): Promise<unknown> => (await read(within, "configmap", name))["data"];

const correct = policyWith({ drift: { mode: "correct", people: "evict" } });
const warn = policyWith({ drift: { mode: "warn", people: "evict" } });
const off = policyWith({ drift: { mode: "off", people: "evict" } });

test.concurrent("correct: put right at once, however often other objects were", async () => {
  await world.run([configMap("corrected")], { application: "correct", ...correct });
  const episode = await healedAfter(world, { kind: "configmap", name: "corrected" }, () => edit(world, "corrected", "2"));
  expect(Date.parse(episode.endedAt!) - Date.parse(episode.startedAt)).toBeLessThan(1_000);
});

test.concurrent("warn: told and left alone, until git says something new", async () => {
  await world.run([configMap("warned"), configMap("beside")], { application: "warn", ...warn });
  await edit(world, "warned", "2");
  const found = await told(world, "DriftFound", "warned");
  expect(found).toMatchObject({
    message: "kubectl-edit changed .data.a",
    drift: { change: "Edited", fields: [".data.a"], actor: "kubectl-edit", action: "Reported" },
  });
  expect(found.drift).not.toHaveProperty("endedAt");
  expect(await world.settled({ application: "warn", sync: "OutOfSync" })).toMatchObject({ reason: "Drifted", drifted: 1 });
  expect(await valueOf(world, "warned")).toEqual({ a: "2" });
  // A new generation brings everything to what git says: the rollout that waits for it would not end otherwise.
  await world.run([configMap("warned"), configMap("beside", { a: "3" })], { application: "warn", ...warn });
  expect(await valueOf(world, "warned")).toEqual({ a: "1" });
  expect((await told(world, "DriftHealed", "warned")).drift?.startedAt).toBe(found.drift?.startedAt);
});

test.concurrent("selfHeal: false is as warn", async () => {
  await world.run([configMap("unhealed")], { application: "unhealed", ...policyWith({ selfHeal: false }) });
  await edit(world, "unhealed", "2");
  await told(world, "DriftFound", "unhealed");
  expect(await valueOf(world, "unhealed")).toEqual({ a: "2" });
});

test.concurrent("off: nobody looks", async () => {
  await world.run([configMap("unseen"), configMap("unseen-marker")], { application: "off", ...off });
  await edit(world, "unseen", "2");
  // What is seen through the same watch afterwards tells that the edit has been seen as well.
  await world.run([configMap("seen")], { application: "off-marker", ...correct });
  await healedAfter(world, { kind: "configmap", name: "seen" }, () => edit(world, "seen", "2"));
  expect(world.controlPlane.status("off")).toMatchObject({ sync: "Synced", drifted: 0 });
  expect(world.controlPlane.events.filter(({ application }) => application === "off")).toEqual([]);
  expect(await valueOf(world, "unseen")).toEqual({ a: "2" });
});

test.concurrent("from warn to correct: what was only told is put right", async () => {
  await world.run([configMap("turned")], { application: "turn", ...warn });
  await edit(world, "turned", "2");
  await told(world, "DriftFound", "turned");
  await world.run([configMap("turned")], { application: "turn", ...correct });
  expect(await valueOf(world, "turned")).toEqual({ a: "1" });
});

test("warn holds across a restart", async () => {
  const quiet = await agentWorld();
  const agent = await quiet.startAgent();
  await quiet.run([configMap("kept")], warn);
  await edit(quiet, "kept", "2");
  const before = await told(quiet, "DriftFound", "kept");
  await waitUntil("it is stored", async () => quiet.controlPlane.status("shop")?.drifted === 1);
  await agent.stop();
  const since = quiet.controlPlane.events.length;
  await quiet.startAgent();
  const after = await told(quiet, "DriftFound", "kept", since);
  expect(after.drift?.startedAt).toBe(before.drift?.startedAt);
  await quiet.settled({ sync: "OutOfSync" });
  expect(await valueOf(quiet, "kept")).toEqual({ a: "2" });
});
