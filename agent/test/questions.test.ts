import { instant, isJsonObject, rfc3339 } from "@drover/kit";
import { type AnswerChunk, createSeed, createSigner, signQuery, type TreeAnswer } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube } from "../src/app/kube.ts";
import { assignment, configMap, configMapRef, createTestFleet, deployment, eventually, reported, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
/** While true no watch delivers anything. */
let blind = false;
let dryRuns = 0;
beforeEach(async () => {
  fleet = createTestFleet();
  blind = false;
  dryRuns = 0;
  await fleet.startAgent(withBlindness(fleet.cluster.kube));
});
afterEach(() => fleet.stop());

const withBlindness = (kube: Kube): Kube => ({
  ...kube,
  as: () => withBlindness(kube),
  fenced: (check) => withBlindness(kube.fenced(check)),
  apply: (ref, object, options, signal) => {
    if (options.dryRun === true) dryRuns += 1;
    return kube.apply(ref, object, options, signal);
  },
  async *watch(...call) {
    for await (const event of kube.watch(...call)) if (!blind) yield event;
  },
});

const run = async (...objects: Parameters<TestFleet["controlPlane"]["bundle"]>[0]): Promise<void> => {
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle(objects)));
  await reported(fleet, "Synced", "Healthy", 1);
};

const tree = async (): Promise<TreeAnswer> => JSON.parse(await fleet.controlPlane.ask({ kind: "tree" })) as TreeAnswer;

test("the tree has the application's objects and, under their owners, what came of them", async () => {
  await run(configMap("settings"), deployment("web"));
  const { application, sync, health, nodes } = await tree();
  expect({ application, sync, health }).toEqual({ application: "shop", sync: "Synced", health: "Healthy" });
  const lines = nodes.map(({ kind, parent, sync: word, health: how }) => [
    kind,
    parent === undefined ? "" : nodes[parent]?.kind,
    word,
    how,
  ]);
  expect(lines.map((line) => line.join(" ")).toSorted()).toEqual([
    "ConfigMap  Synced Healthy",
    "Deployment  Synced Healthy",
    "Pod ReplicaSet  Healthy",
    "Pod ReplicaSet  Healthy",
    "ReplicaSet Deployment  Healthy",
  ]);
  for (const { createdAt } of nodes) expect(createdAt).toMatch(/^20/);
});

test("a refresh finds what the watches have missed, and answers when it is right again", async () => {
  await run(configMap("settings", { a: "1" }));
  blind = true;
  await fleet.cluster.admin.merge("kubectl-edit", configMapRef("settings"), { data: { a: "2" } });
  expect(JSON.parse(await fleet.controlPlane.ask({ kind: "refresh" }))).toEqual({ application: "shop", sync: "Synced", health: "Healthy" });
  const live = await eventually("it is healed", async () => {
    const object = await fleet.cluster.admin.get(configMapRef("settings"));
    return isJsonObject(object?.["data"]) && object["data"]["a"] === "1";
  });
  expect(live).toBe(true);
});

test("a refresh asks the API server about every object", async () => {
  await run(configMap("one"), configMap("two"));
  dryRuns = 0;
  await fleet.controlPlane.ask({ kind: "refresh" });
  expect(dryRuns).toBe(2);
});

test("an application that is not here is told so", async () => {
  await expect(fleet.controlPlane.ask({ kind: "tree", application: "other" })).rejects.toThrow("APPLICATION_NOT_HERE");
});

/** How many chunks come of it within the time in which an answer would. */
async function answersTo(pose: (hear: (chunk: AnswerChunk) => void) => void): Promise<number> {
  let answers = 0;
  pose(() => void (answers += 1));
  await tree();
  return answers;
}

test("a question is answered once, however often it is heard", async () => {
  await run(configMap("settings"));
  const query = fleet.controlPlane.query({ kind: "tree" });
  const put = (hear: (chunk: AnswerChunk) => void): void =>
    fleet.controlPlane.put(query, async (chunk) => {
      hear(chunk);
      return "continue";
    });
  expect(await answersTo(put)).toBe(1);
  expect(await answersTo(put)).toBe(0);
});

const at = (ms: number): string => rfc3339(instant(Date.now() + ms));

test.each([
  { name: "for another cluster", over: { cluster: "bbbbbbbbbbbbbbbbbbbbbbbbbb" } },
  { name: "for the cluster that was here before", over: { clusterUid: "another" } },
  { name: "too old, even if our clock were 5 minutes fast", over: { issuedAt: at(-400_000), expiresAt: at(-301_000) } },
])("a question $name is dropped", async ({ over }) => {
  await run(configMap("settings"));
  const query = fleet.controlPlane.query({ kind: "tree", ...over });
  expect(await answersTo((hear) => fleet.controlPlane.put(query, async (chunk) => (hear(chunk), "continue")))).toBe(0);
});

test("a question that somebody else signed is dropped", async () => {
  await run(configMap("settings"));
  const query = fleet.controlPlane.query({ kind: "tree" });
  const put = (hear: (chunk: AnswerChunk) => void): void => {
    fleet.controlPlane.put({ ...query, clusterUid: "another" }, async (chunk) => (hear(chunk), "continue"));
    fleet.controlPlane.pose(signQuery(query, createSigner("test", createSeed())));
  };
  expect(await answersTo(put)).toBe(0);
});

test("a question is answered though our clock is four minutes fast", async () => {
  await run(configMap("settings"));
  const late = { issuedAt: at(-300_000), expiresAt: at(-240_000) };
  await eventually("it is answered", async () => (await fleet.controlPlane.ask({ kind: "tree", ...late })) !== "");
});
