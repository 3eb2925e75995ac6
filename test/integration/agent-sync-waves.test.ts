import type { JsonObject } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { annotated, job } from "../../agent/test/support/hook-objects.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const crash = { annotations: { "drover.test/outcome": "crash" } };
const wave = (object: JsonObject, number: string, annotation = "drover.dev/sync-wave"): JsonObject =>
  annotated(object, { [annotation]: number });

const isThere = async (world: AgentWorld, name: string): Promise<boolean> =>
  (await world.kubectl("get", name, "--ignore-not-found", "-o", "name")) !== "";

const withReason = (world: AgentWorld, reason: string): Promise<ApplicationStatus> =>
  waitUntil(reason, () => {
    const status = world.controlPlane.status("shop");
    if (status?.reason !== reason) throw new Error(JSON.stringify(status));
    return status;
  });

test("each wave waits until the one before is healthy, and the status names wave and object", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const later = [wave(configMap("second"), "2", "argocd.argoproj.io/sync-wave"), wave(configMap("third"), "3")];
  world.assign([wave(deployment("first", crash), "-1"), ...later]);
  const status = await world.settled({ sync: "OutOfSync", health: "Degraded" });
  expect(status.reason).toBe("WaitingForWave");
  expect(status.message).toContain(`wave -1: Deployment.apps ${world.namespace}/first is Degraded`);
  expect(await isThere(world, "configmap/second")).toBe(false);
  await world.run([wave(deployment("first"), "-1"), ...later]);
  expect(await isThere(world, "configmap/third")).toBe(true);
});

test("a wave that never gets healthy stops neither healing nor the agent's rest", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  await world.run([deployment("web"), configMap("early"), wave(configMap("later"), "1")]);
  world.assign([deployment("web", crash), configMap("early"), wave(configMap("later", { a: "2" }), "1")]);
  await world.settled({ sync: "OutOfSync", health: "Degraded" });
  await world.kubectl("delete", "configmap", "early", "later");
  await waitUntil("both are back", async () => (await isThere(world, "configmap/early")) && (await isThere(world, "configmap/later")));
  expect(await world.kubectl("get", "configmap", "later", "-o", "jsonpath={.data.a}")).toBe("1");
  const { requests } = world.proxy;
  const writesBefore = requests.filter(({ verb }) => verb === "apply").length;
  await world.kubectl("annotate", "deployment", "web", "somebody=looks");
  await waitUntil("the agent has seen it", () => world.controlPlane.status("shop")?.reason === "WaitingForWave");
  expect(requests.filter(({ verb }) => verb === "apply").length - writesBefore).toBeLessThan(3);
});

test("a Job in a wave is waited for to its end", async () => {
  const world = await agentWorld();
  await world.startAgent();
  world.assign([wave(job("prepare", {}, "stuck"), "0"), wave(configMap("settings"), "1")]);
  const status = await withReason(world, "WaitingForWave");
  expect(status.message).toContain(`Job.batch ${world.namespace}/prepare is Progressing`);
  await world.run([wave(configMap("settings"), "1")]);
  await world.run([wave(job("again", {}), "0"), wave(configMap("settings", { a: "2" }), "1")]);
});

test("a restart between two waves goes on with the next one, and heals what an earlier bundle had in force", async () => {
  const world = await agentWorld();
  const agent = await world.startAgent();
  await world.run([deployment("web"), wave(configMap("later"), "1")]);
  world.assign([deployment("web", crash), wave(configMap("later", { a: "2" }), "1")]);
  await world.settled({ sync: "OutOfSync", health: "Degraded" });
  await agent.kill();
  await world.kubectl("delete", "configmap", "later");
  await world.startAgent();
  await waitUntil("it is back", () => isThere(world, "configmap/later"));
  expect(await world.kubectl("get", "configmap", "later", "-o", "jsonpath={.data.a}")).toBe("1");
  await world.run([deployment("web"), wave(configMap("later", { a: "2" }), "1")]);
  expect(await world.kubectl("get", "configmap", "later", "-o", "jsonpath={.data.a}")).toBe("2");
});
