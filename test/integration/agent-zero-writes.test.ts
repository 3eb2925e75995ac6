import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { waitUntil } from "../support/wait-until.ts";

// What each step costs at the API server, as a proxy in front of it saw it. Requests for the agent's own Secrets are not of this.

const service = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: "http", port: 80 }] },
});
const objects = (changed: number): readonly JsonObject[] => [
  ...Array.from({ length: 20 }, (_, index) => configMap(`settings-${index}`, { a: index < changed ? "2" : "1" })),
  deployment("web"),
  service("web"),
];

/** What was asked of the application's objects since `from`. Watches and the pods that health asks for are of no object. */
const asked = (world: FaultyWorld, from: number): readonly string[] =>
  world.proxy.requests
    .slice(from)
    .filter(({ verb, namespace }) => namespace === world.namespace && verb !== "watch" && verb !== "list")
    .map(({ verb, name }) => `${verb} ${name ?? ""}`.trim());

test("a new object is one request, a changed one is one, and what is as it should be none", async () => {
  const world = await agentWorld({ proxy: true });
  let agent = await world.startAgent();
  await world.run(objects(0));
  expect(asked(world, 0).toSorted()).toEqual(
    objects(0)
      .map(({ metadata }) => `apply ${(metadata as JsonObject)["name"] as string}`)
      .toSorted(),
  );

  let from = world.proxy.requests.length;
  await world.run(objects(3));
  expect(asked(world, from).toSorted()).toEqual(["apply settings-0", "apply settings-1", "apply settings-2"]);

  from = world.proxy.requests.length;
  await world.run(objects(3));
  expect(asked(world, from)).toEqual([]);

  await agent.stop();
  from = world.proxy.requests.length;
  agent = await world.startAgent();
  await waitUntil("a new process is in sync", () => agent.statuses()[0]?.sync === "Synced" && agent.statuses()[0]?.health === "Healthy");
  expect(asked(world, from)).toEqual([]);
});

test("forty objects that cannot be applied cost less than 50 requests a minute", async () => {
  const world = await agentWorld({ proxy: true });
  const clock = fastClock(20);
  const { signal } = new AbortController();
  const foreign = Array.from({ length: 40 }, (_, index) => configMap(`foreign-${index}`, { a: "theirs" }));
  await world.cluster.kubectl(
    ["-n", world.namespace, "apply", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: foreign }),
  );
  await world.startAgent({ clock });
  world.assign(foreign.map(({ metadata }) => configMap((metadata as JsonObject)["name"] as string)));
  await waitUntil("all are in conflict", () => world.controlPlane.status("shop")?.message === "40 objects could not be applied", 20_000);
  await clock.sleep(30_000, signal); // until each has been tried twice
  const from = world.proxy.requests.length;
  await clock.sleep(5 * 60_000, signal);
  const perMinute = world.proxy.requests.slice(from).filter(({ namespace }) => namespace !== world.agentNamespace).length / 5;
  expect(perMinute).toBeLessThanOrEqual(50);
  expect(perMinute).toBeGreaterThan(0);
});
