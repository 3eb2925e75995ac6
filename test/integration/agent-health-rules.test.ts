import type { JsonObject } from "@drover/kit";
import type { HealthRule } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";

let world: AgentWorld;
let objects: readonly JsonObject[];
beforeAll(async () => {
  world = await createAgentWorld();
  objects = [
    definitionIn(world.group),
    { apiVersion: `${world.group}/v1`, kind: "Database", metadata: { name: "main" }, spec: { replicas: 2 } },
  ];
  await world.startAgent();
});
afterAll(() => world?.dispose());

const definitionIn = (group: string): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `databases.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "databases", singular: "database", kind: "Database", listKind: "DatabaseList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});

const rule = (over: Partial<HealthRule> = {}): HealthRule => ({
  group: world.group,
  kind: "Database",
  current: "status.ready == spec.replicas",
  inProgress: "has(status.phase) && status.phase == 'Restoring'",
  failed: "has(status.members) && status.members.exists(m, m.state == 'Lost')",
  ...over,
});

const assign = (...healthRules: readonly HealthRule[]): number =>
  world.assign([...objects, configMap("settings")], { syncPolicy: { ...policy, healthRules: [...healthRules] } });

const says = (status: JsonObject): Promise<string> =>
  world.kubectl("patch", `databases.${world.group}`, "main", "--subresource=status", "--type=merge", "-p", JSON.stringify({ status }));

test("a rule tells current from in progress and failed, as the status changes", async () => {
  assign(rule());
  const made = await world.settled({ health: "Progressing" });
  expect(made.failing).toMatchObject([{ kind: "Database", name: "main", reason: "InProgress" }]);
  await says({ ready: 2 });
  await world.settled();
  await says({ phase: "Restoring" });
  await world.settled({ health: "Progressing" });
  await says({ phase: "Running", members: [{ state: "Up" }, { state: "Lost" }] });
  const failed = await world.settled({ health: "Degraded" });
  expect(failed.failing).toMatchObject([{ kind: "Database", reason: "Failed" }]);
});

test("a rule that changes is in force for objects that do not", async () => {
  await says({ ready: 1, phase: null, members: null });
  assign(rule());
  await world.settled({ health: "Progressing" });
  assign(rule({ current: "status.ready >= 1" }));
  await world.settled();
  assign();
  expect(await world.settled()).toMatchObject({ failing: [] }); // by its conditions, of which it has none
});

test("a rule that cannot be read is shown on its objects", async () => {
  assign(rule({ current: "status.ready ==" }));
  const { failing } = await world.settled({ health: "Unknown" });
  expect(failing).toMatchObject([{ kind: "Database", reason: "HealthRuleInvalid" }]);
});

test("a hostile rule is set aside, and everything else goes on", async () => {
  await says({ text: `${"a".repeat(200)}b` });
  const generation = assign(rule({ current: "status.text.matches('(a+)+$')" }));
  const { failing } = await world.settled({ health: "Unknown" });
  expect(failing).toMatchObject([{ kind: "Database", reason: "HealthRuleInvalid" }]);
  await world.kubectl("delete", "configmap", "settings");
  await expect
    .poll(() => world.kubectl("get", "configmap", "settings", "--ignore-not-found", "-o", "name"), { timeout: 10_000 })
    .toContain("settings");
  expect(world.controlPlane.status("shop")?.generation).toBe(generation);
});
