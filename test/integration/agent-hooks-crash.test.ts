import type { JsonObject } from "@drover/kit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { job } from "../../agent/test/support/hook-objects.ts";
import { createAgentWorld, type FaultyWorld, type TestAgent } from "../support/agent-on-kubernetes.ts";

let world: FaultyWorld;
beforeAll(async () => {
  world = await createAgentWorld({ proxy: true });
});
afterAll(() => world?.dispose());

const bundle = (name: string): readonly JsonObject[] => [
  job(`${name}-before`, { "drover.dev/hook": "PreSync", "drover.dev/hook-delete-policy": "HookSucceeded" }),
  configMap(name),
  job(`${name}-after`, { "drover.dev/hook": "PostSync" }),
];

/** Jobs that the API server made, however often it was asked. */
const jobsMade = (from: number): number =>
  world.proxy.requests
    .slice(from)
    .filter(({ verb, resource, status, fault }) => verb === "create" && resource === "jobs" && (status === 201 || fault === "crash-after"))
    .length;

/** Crashes after the n-th write of this kind, and answers whether there was one. */
async function crashAfter(nth: number, where: "hooks" | "state"): Promise<boolean> {
  const application = `a-${where}-${nth}`;
  const from = world.proxy.requests.length;
  const agent = await world.startAgent();
  onTestFinished(() => agent.stop());
  const killed = Promise.withResolvers<"crashed">();
  const place = where === "hooks" ? { group: "batch" } : { namespace: world.agentNamespace, name: /inventory/ };
  const crash = (): void => killed.resolve(agent.kill().then(() => "crashed"));
  const rule = world.proxy.addRule({ when: { verb: "write", ...place }, nth, fault: { kind: "crash-after", crash } });
  world.assign(bundle(application), { application });
  const ended = await Promise.race([killed.promise, world.settled({ application }).then(() => "settled")]);
  rule.remove();
  const last: TestAgent = ended === "crashed" ? await world.startAgent() : agent;
  onTestFinished(() => last.stop());
  await world.settled({ application });
  expect(jobsMade(from), `after write ${nth} of ${where}`).toBe(2);
  expect(await world.kubectl("get", `job/${application}-before`, "--ignore-not-found")).toBe("");
  expect(await world.kubectl("get", `job/${application}-after`, "-o", "jsonpath={.status.succeeded}")).toBe("1");
  await last.stop();
  return ended === "crashed";
}

test("a crash after making or deleting any hook: each hook runs once", async () => {
  let nth = 1;
  while (await crashAfter(nth, "hooks")) nth += 1;
  expect(nth).toBeGreaterThan(3); // two Jobs made, one deleted
}, 60_000);

test("a crash after any change of the inventory: each hook runs once", async () => {
  let nth = 1;
  while (await crashAfter(nth, "state")) nth += 1;
  expect(nth).toBeGreaterThan(2);
}, 60_000);
