import { type Instant, instant, later } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KubeObject, ObjectRef } from "../../app/kube.ts";
import { createMemoryCluster, type MemoryCluster } from "./cluster.ts";
import { deployments, pods } from "./kinds.ts";

/** Time that passes when a test says so. Timers may come early, as real ones do by up to a millisecond. */
function virtualClock(earlyByMs = 0): Clock & { advance(ms: number): Promise<void> } {
  let now: Instant = instant(Date.parse("2026-11-21T08:00:00Z"));
  const sleepers: { readonly at: Instant; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    monotonicMs: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: later(now, ms > earlyByMs ? ms - earlyByMs : ms), wake })),
    advance: async (ms) => {
      const end = later(now, ms);
      for (;;) {
        const next = sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        sleepers.splice(sleepers.indexOf(next), 1);
        now = next.at;
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}

let clock: ReturnType<typeof virtualClock>;
let cluster: MemoryCluster;
const { signal } = new AbortController();
beforeEach(() => {
  clock = virtualClock();
  cluster = createMemoryCluster({ name: "virtual", clock, podStartMs: 5_000 });
});
afterEach(() => cluster.close());

const web: ObjectRef = { resource: deployments, namespace: "default", name: "web" };
const deployment = (image: string, annotations: Readonly<Record<string, string>> = {}, replicas = 4): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" }, annotations }, spec: { containers: [{ name: "web", image }] } },
  },
});
const apply = (object: KubeObject): Promise<KubeObject> =>
  cluster.kube.apply(web, object, { fieldManager: "drover/shop", force: false }, signal);
const status = async () => (await cluster.kube.get(web, signal))?.["status"];

test("a Deployment becomes ready, and misses its deadline, in virtual time alone", async () => {
  await apply(deployment("web:1"));
  await clock.advance(4_000);
  expect(await status()).toMatchObject({
    replicas: 4,
    conditions: [
      { type: "Available", status: "False" },
      { type: "Progressing", status: "True" },
    ],
  });
  await clock.advance(2_000);
  expect(await status()).toMatchObject({ readyReplicas: 4, conditions: [{ status: "True" }, { reason: "NewReplicaSetAvailable" }] });
  await apply(deployment("web:2", { "drover.test/outcome": "crash" }));
  await clock.advance(590_000);
  expect(await status()).toMatchObject({ conditions: [{ status: "True" }, { reason: "ReplicaSetUpdated" }] });
  await clock.advance(20_000);
  expect(await status()).toMatchObject({ conditions: [{ status: "True" }, { reason: "ProgressDeadlineExceeded" }] });
});

test("a Deployment becomes ready although every timer comes a millisecond early", async () => {
  cluster.close();
  clock = virtualClock(1);
  cluster = createMemoryCluster({ name: "early", clock, podStartMs: 5_000 });
  await apply(deployment("web:1"));
  await clock.advance(6_000);
  expect(await status()).toMatchObject({ readyReplicas: 4 });
});

test("a rollout never goes below the pods that must be available", async () => {
  await apply(deployment("web:1"));
  await clock.advance(10_000);
  await apply(deployment("web:2"));
  for (let second = 0; second < 60; second += 1) {
    await clock.advance(1_000);
    expect(await status()).toMatchObject({ availableReplicas: expect.toSatisfy((available: number) => available >= 3) });
  }
  expect(await status()).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4 });
});

test("a Deployment makes a lost pod again", async () => {
  await apply(deployment("web:1", {}, 2));
  await clock.advance(10_000);
  const [first] = await cluster.admin.list(pods);
  await cluster.admin.delete({ resource: pods, namespace: "default", name: first?.metadata.name ?? "" });
  await clock.advance(10_000);
  expect(await status()).toMatchObject({ readyReplicas: 2 });
  expect(await cluster.admin.list(pods)).toHaveLength(2);
});

test("scaling by a person is a conflict for the next apply, and theirs until it is forced", async () => {
  await apply(deployment("web:1"));
  await cluster.admin.merge("kubectl-scale", web, { spec: { replicas: 1 } });
  await expect(apply(deployment("web:1"))).rejects.toMatchObject({
    details: { conflicts: [{ manager: "kubectl-scale", field: ".spec.replicas" }] },
  });
  const forced = await cluster.kube.apply(web, deployment("web:1"), { fieldManager: "drover/shop", force: true }, signal);
  expect(forced["spec"]).toMatchObject({ replicas: 4 });
});

test("a cluster holds no more objects than its limit", async () => {
  const small = createMemoryCluster({ name: "small", clock, limits: { maxObjects: 3 } });
  const refused = (name: string): Promise<KubeObject> =>
    small.admin.create("test", { ...web, name }, { ...deployment("web:1"), metadata: { name } });
  await refused("one");
  await expect(refused("two")).rejects.toMatchObject({ kind: "unavailable", code: "KUBE_UNAVAILABLE" });
  small.close();
});
