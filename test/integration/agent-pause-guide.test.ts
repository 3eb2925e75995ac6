import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

const guide = "pause-in-the-cluster.md";
let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent({ clock: fastClock(10) });
  // The chart makes it.
  await world.cluster.kubectl(["-n", world.agentNamespace, "create", "configmap", "drover-agent"]);
  await world.run([configMap("settings", { mode: "live" })]);
});
afterAll(() => world?.dispose());

const run = (block: number): Promise<string> =>
  runCommands(commandsIn(guide)[block] ?? "", { shop: world.namespace, "drover-system": world.agentNamespace }, world.cluster.kubeconfig);
const mode = (): Promise<string> => world.kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.mode}");
const reason = (): string | undefined => world.controlPlane.status("shop")?.reason;

test("a suspended object is left alone, and is what git says once the mark is gone", async () => {
  await run(0);
  expect(await mode()).toBe("debug");
  await run(1);
  expect(await mode()).toBe("live");
});

test("a namespace is suspended and let go again", async () => {
  await run(2);
  expect(await mode()).toBe("live");
});

test("maintenance is reported, and its end", async () => {
  await run(3);
  await waitUntil("it is in maintenance", () => reason() === "Maintenance");
  await run(4);
  await waitUntil("it is over", () => reason() === undefined);
});

test("what the agent is doing can be read with kubectl", async () => {
  await waitUntil("the application is noted", async () => (await run(5)).includes("Synced, Healthy"));
  const said = await run(5);
  expect(said).toContain("control plane: connected");
  expect(said).toContain("agent-0"); // who holds the Lease
});

test("every command of the guide was run", () => {
  expect(commandsIn(guide)).toHaveLength(6);
});
