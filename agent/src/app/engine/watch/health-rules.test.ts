import type { HealthRule } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { assess } from "../../../domain/health/assess.ts";
import { loadHealthRules } from "./health-rules.ts";

const rule = (over: Partial<HealthRule>): HealthRule => ({
  group: "example.com",
  kind: "Widget",
  current: "status.phase == 'Up'",
  ...over,
});
const widget = (status: object, generation = 1) => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "one", generation },
  status: status as never,
});

test.each([
  { name: "is healthy when current", status: { phase: "Up" }, want: "Healthy" },
  { name: "is progressing without a status", status: {}, want: "Progressing InProgress" },
  { name: "is progressing behind its spec", status: { phase: "Up", observedGeneration: 0 }, want: "Progressing NotObserved" },
  { name: "fails when its rule says so", status: { phase: "Up", errors: 2 }, want: "Degraded Failed" },
  {
    name: "fails with its condition's words",
    status: { errors: 2, conditions: [{ type: "Ready", status: "False", reason: "NoDisk", message: "disk is full" }] },
    want: "Degraded NoDisk",
  },
])("a custom resource $name", async ({ status, want }) => {
  const rules = await loadHealthRules([rule({ failed: "status.errors > 1" })]);
  const { health, reason } = assess(widget(status), rules);
  expect(reason === undefined ? health : `${health} ${reason}`).toBe(want);
});

test("a rule is for its own kind alone, and wins over our own", async () => {
  const rules = await loadHealthRules([rule({}), rule({ group: "", kind: "ConfigMap", current: "false" })]);
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  expect(assess(configMap, rules).health).toBe("Progressing");
  expect(assess({ ...configMap, kind: "Secret" }, rules).health).toBe("Healthy");
});

test("a rule that cannot be read says so on its objects", async () => {
  const rules = await loadHealthRules([rule({ current: "status.(" })]);
  expect(assess(widget({}), rules)).toMatchObject({ health: "Unknown", reason: "HealthRuleInvalid" });
});

const elapsed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

test.each([
  {
    name: "a regular expression that backtracks for ever",
    current: "status.text.matches('(a+)+$')",
    status: { text: `${"a".repeat(60)}b` },
  },
  {
    name: "macros within macros over long lists",
    current: Array.from({ length: 25 }, () => "status.l.all(x, status.l.all(y, x + y >= 0))").join(" && "),
    status: { l: Array.from({ length: 1_000 }, (_, i) => i) },
  },
])("$name cannot hold up the agent", async ({ current, status }) => {
  const rules = await loadHealthRules([rule({ current })]);
  expect(elapsed(() => expect(assess(widget(status), rules)).toMatchObject({ reason: "HealthRuleInvalid" }))).toBeLessThan(500);
  const many = elapsed(() => {
    for (let i = 0; i < 1_000; i += 1) assess(widget(status), rules);
  });
  expect(many).toBeLessThan(2_000);
});

test("an object with a list of thousands is not evaluated at all", async () => {
  const rules = await loadHealthRules([rule({ current: "true" })]);
  expect(assess(widget({ l: Array.from({ length: 3_000 }, () => 1) }), rules)).toMatchObject({ reason: "HealthRuleInvalid" });
});
