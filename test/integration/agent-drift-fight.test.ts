import { setTimeout as delay } from "node:timers/promises";
import type { KubeObject } from "@drover/agent";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, configMapRef } from "../../agent/test/support/fleet.ts";
import { createAgentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { healedAfter, read, told } from "../support/drift.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: FaultyWorld;
beforeAll(async () => {
  world = await createAgentWorld({ proxy: true });
  await world.startAgent();
});
afterAll(() => world?.dispose());

/** A controller with another opinion, which looks ten times a second. Ends when it is asked to. */
function operator(name: string): () => Promise<void> {
  const stop = new AbortController();
  const opinion = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: world.namespace },
    data: { a: "operator's" },
  } as KubeObject;
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const options = { fieldManager: "operator", force: true };
      await world.kube.apply(configMapRef(name, world.namespace), opinion, options, AbortSignal.timeout(5_000));
      await delay(100);
    }
  };
  const done = loop();
  return async () => {
    stop.abort();
    await done;
  };
}

test("a fight is named within seconds, costs next to nothing, and holds up nobody else", async () => {
  await world.run([configMap("fought"), configMap("peaceful")]);
  const writes = (): number => world.proxy.count({ verb: "apply", name: "fought", isDryRun: false });
  const before = writes();
  const startedAt = Date.now();
  const stop = operator("fought");

  const fight = await told(world, "DriftFight", "fought");
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(fight.message).toBe("operator (Apply) keeps changing .data.a, healed once, next in 5 s");
  expect(fight.drift).toMatchObject({ fields: [".data.a"], actor: "operator (Apply)" });
  const status = await waitUntil("the status names it", () => {
    const now = world.controlPlane.status("shop");
    return now?.failing[0]?.reason === "DriftFight" && now;
  });
  expect(status).toMatchObject({ sync: "OutOfSync", reason: "Drifted", drifted: 1 });
  expect(status.failing[0]?.message).toContain("operator (Apply) keeps changing .data.a");

  const episode = await healedAfter(world, { kind: "configmap", name: "peaceful" }, () =>
    world.kubectl("patch", "configmap", "peaceful", "-p", '{"data":{"a":"2"}}'),
  );
  expect(Date.parse(episode.endedAt!) - Date.parse(episode.startedAt)).toBeLessThan(1_000);
  expect(writes() - before).toBeLessThanOrEqual(2); // 5 s between the first and the second

  await stop();
  await waitUntil(
    "git has the last word",
    async () => JSON.stringify((await read(world, "configmap", "fought"))["data"]) === '{"a":"1"}',
    20_000,
  );
  await world.settled();
});

test("who deletes an object again and again fights as well", async () => {
  await world.run([configMap("deleted")], { application: "deleted" });
  const remove = (): Promise<string> => world.kubectl("delete", "configmap", "deleted");
  await remove();
  await waitUntil("it is back", async () => (await world.kubectl("get", "configmap", "deleted", "--ignore-not-found")) !== "");
  await remove();
  expect((await told(world, "DriftFight", "deleted")).message).toBe("somebody keeps deleting it, healed once, next in 5 s");
});
