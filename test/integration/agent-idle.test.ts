import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { agentWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";

test("in a minute in which nothing happens an agent asks for nothing of its application, and little for itself", async () => {
  const world = await agentWorld({ proxy: true });
  const clock = fastClock(20);
  await world.startAgent({ clock });
  await world.run([configMap("settings"), deployment("web")]);
  // Reports and inventories of what has just been done.
  await clock.sleep(10_000, new AbortController().signal);
  const { length } = world.proxy.requests;
  await clock.sleep(60_000, new AbortController().signal);
  const inAMinute = world.proxy.requests.slice(length);
  expect(inAMinute.filter(({ namespace }) => namespace !== world.agentNamespace)).toEqual([]);
  expect(inAMinute.length).toBeLessThanOrEqual(50);
});
