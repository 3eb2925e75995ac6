import { readFileSync } from "node:fs";
import type { JsonObject } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";

const guide = "hooks-and-order.md";
const text = readFileSync(new URL(`../../docs/guides/${guide}`, import.meta.url), "utf8");
const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) =>
  parseAllDocuments(block).map((document) => document.toJS() as JsonObject),
);
const [waves, dependencies, policy, hooks] = examples as [JsonObject[], JsonObject[], JsonObject[], JsonObject[]];

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const run = (block: number): Promise<string> =>
  runCommands(commandsIn(guide)[block] ?? "", { shop: world.namespace }, world.cluster.kubeconfig);

test("the example of waves", async () => {
  await world.run(waves);
  expect(await run(0)).toMatch(/successfully rolled out\n.*queue:5672/s);
});

test("the example of dependencies", async () => {
  expect(await world.run(dependencies, { application: "database" })).toMatchObject({ objects: 2, failing: [] });
});

test("the example of hooks", async () => {
  expect(await world.run(hooks)).toMatchObject({ objects: 1 });
  expect(await run(1)).toMatch(/condition met[^]*ready/);
  expect(await world.kubectl("get", "jobs", "-o", "name")).toMatch(/^job.batch\/migrate\njob.batch\/smoke-test-[0-9a-f]{8}\n$/);
});

test("nothing in the guide is left out", () => {
  expect(commandsIn(guide)).toHaveLength(2);
  expect(examples).toHaveLength(4);
  expect(policy).toEqual([{ syncPolicy: { dependsOn: ["database", "ingress"] } }]);
});
