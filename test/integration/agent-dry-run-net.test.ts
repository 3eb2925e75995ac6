import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { createAgentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { policyWith, read, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: FaultyWorld;
beforeAll(async () => {
  world = await createAgentWorld({ proxy: true });
  await world.startAgent({ dryRunEveryMs: 1_000 });
});
afterAll(() => world?.dispose());

const dryRuns = (name: string): number => world.proxy.count({ name, isDryRun: true });
const writes = (name: string): number => world.proxy.count({ name, verb: "write", isDryRun: false });

test("an edit whose watch event was lost is found and healed", async () => {
  await world.run([configMap("lost")]);
  const deaf = world.proxy.addRule({ when: { name: "lost" }, fault: { kind: "drop-event" } });
  await world.kubectl("patch", "configmap", "lost", "-p", '{"data":{"a":"2"}}');
  expect((await told(world, "DriftHealed", "lost")).drift).toMatchObject({ change: "Edited", fields: [".data.a"] });
  expect((await read(world, "configmap", "lost"))["data"]).toEqual({ a: "1" });
  await world.kubectl("delete", "configmap", "lost");
  await waitUntil("it is back", async () => (await world.kubectl("get", "configmap", "lost", "--ignore-not-found")) !== "", 20_000);
  deaf.remove();
});

test("what no field of ours tells is found as well", async () => {
  await world.run([configMap("foreign")], { application: "foreign" });
  // Somebody applies in our name: the field counts as ours, and no manifest has it.
  const body = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "foreign" }, data: { a: "1", b: "1" } });
  await world.cluster.kubectl(
    ["-n", world.namespace, "apply", "--server-side", "--field-manager=drover/default", "--force-conflicts", "-f", "-"],
    body,
  );
  await told(world, "DriftHealed", "foreign");
  await waitUntil("it is as git says", async () => JSON.stringify((await read(world, "configmap", "foreign"))["data"]) === '{"a":"1"}');
});

test("nothing is written where nothing differs", async () => {
  await world.run([deployment("still"), configMap("quiet")], { application: "still" });
  const before = await read(world, "deployment", "still");
  const written = writes("still") + writes("quiet");
  await waitUntil("each was looked at three times", () => dryRuns("still") >= 3 && dryRuns("quiet") >= 3, 30_000);
  expect(writes("still") + writes("quiet")).toBe(written);
  expect((await read(world, "deployment", "still"))["metadata"]).toMatchObject({
    generation: (before["metadata"] as { generation: number }).generation,
  });
});

test("warn tells, off does not look", async () => {
  const warn = policyWith({ drift: { mode: "warn", people: "evict" } });
  await world.run([configMap("warned")], { application: "warned", ...warn });
  const deaf = world.proxy.addRule({ when: { name: "warned" }, fault: { kind: "drop-event" } });
  await world.kubectl("patch", "configmap", "warned", "-p", '{"data":{"a":"2"}}');
  await told(world, "DriftFound", "warned");
  expect((await read(world, "configmap", "warned"))["data"]).toEqual({ a: "2" });
  deaf.remove();
  const off = policyWith({ drift: { mode: "off", people: "evict" } });
  await world.run([configMap("unseen")], { application: "off", ...off });
  const looks = dryRuns("warned");
  await waitUntil("another round is over", () => dryRuns("quiet") > looks + 2, 20_000);
  expect(dryRuns("unseen")).toBe(0);
});
