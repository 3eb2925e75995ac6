import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

// 429: the API server did not take the request, and says when to come again.

/** What was on its way already when the server asked for time. */
const graceMs = 400;

test("nothing is sent before Retry-After is over, then fewer at once, and no object fails for it", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  const rule = world.proxy.addRule({
    when: { verb: "apply", resource: "configmaps", name: /^one-/ },
    nth: 5,
    fault: { kind: "status", status: 429, retryAfterSeconds: 1 },
  });
  const settled = world.run(Array.from({ length: 30 }, (_, index) => configMap(`one-${index}`)));
  await waitUntil("the server has asked for time", () => rule.fired === 1);
  await settled;
  const refused = world.proxy.requests.find(({ fault }) => fault === "status");
  const refusedAt = refused?.at ?? 0;
  const early = world.proxy.requests.filter(({ at }) => at > refusedAt + graceMs && at < refusedAt + 1_000);
  expect(early.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  // The refused one is repeated; every other object is written once.
  expect(world.proxy.count({ verb: "apply", namespace: world.namespace })).toBe(31);
  const failed = world.controlPlane.reports.flatMap(({ applications }) => applications.flatMap(({ failing }) => failing));
  expect(failed.filter(({ reason }) => reason === "Throttled")).toEqual([]);
});

test("a server that asks for minutes is left alone, and the status says why nothing happens", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  await world.run([configMap("before")]);
  world.proxy.addRule({ when: { namespace: world.namespace }, fault: { kind: "status", status: 429, retryAfterSeconds: 120 } });
  world.assign([configMap("before"), configMap("after")]);
  await waitUntil("it is said", () => {
    const status = world.controlPlane.status("shop");
    if (status?.reason === "Throttled") return true;
    throw new Error(JSON.stringify(status));
  });
  const { length } = world.proxy.requests;
  await delay(2_000);
  expect(world.proxy.requests.slice(length)).toEqual([]);
});
