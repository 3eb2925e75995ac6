import { readFileSync } from "node:fs";
import type { JsonObject } from "@drover/kit";
import { parseFleetFile } from "@drover/proto/fleet";
import type { IgnoreDifference } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { policyWith, told } from "../support/drift.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

const guide = "drift.md";
const text = readFileSync(new URL(`../../docs/guides/${guide}`, import.meta.url), "utf8");
const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
const fleetFiles = examples.filter((block) => block.startsWith("# applications/"));
const [web, settings] = examples.filter((block) => !block.startsWith("#")).map((block) => parse(block) as JsonObject) as [
  JsonObject,
  JsonObject,
];

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

const run = (block: number): Promise<string> =>
  runCommands(commandsIn(guide)[block] ?? "", { shop: world.namespace }, world.cluster.kubeconfig);

test("an image set by hand is put right, and the cluster's events tell of it", async () => {
  await world.run([web], { application: "web" });
  await run(0);
  await told(world, "DriftHealed", "web");
  await waitUntil("an event tells", async () => {
    const events = await world.kubectl("get", "events", "--field-selector", "reason=DriftHealed");
    return events.includes("kubectl-set changed .spec.template.spec.containers");
  });
});

test("what is left to others stays as they set it", async () => {
  const [, , third] = fleetFiles;
  const { ignoreDifferences } = parse(third ?? "") as { ignoreDifferences: IgnoreDifference[] };
  await world.run([settings], { application: "settings", ...policyWith({ ignoreDifferences }) });
  expect(await run(1)).toMatch(/debug$/);
});

test("every fleet file of the guide is valid", () => {
  expect(fleetFiles).toHaveLength(3);
  for (const block of fleetFiles) {
    const file = parseFleetFile("applications/shop.yaml", `source: { repository: https://git.example.com/shop.git }\n${block}`);
    expect(file).toMatchObject({ kind: "object" });
  }
  expect(commandsIn(guide)).toHaveLength(2);
  expect(examples).toHaveLength(5);
});
