import { expect, test } from "vitest";
import type { HealthRule } from "../wire/envelope.ts";
import { compileHealthRule } from "./compile.ts";

const rule = (over: Partial<HealthRule>): HealthRule => ({ group: "example.com", kind: "Widget", current: "true", ...over });

function said(over: Partial<HealthRule>, status: object = {}, spec: object = {}): string {
  const compiled = compileHealthRule(rule(over));
  if ("problems" in compiled) return compiled.problems.map(({ field, problem }) => `${field}: ${problem}`).join("; ");
  const verdict = compiled.judge({ metadata: { generation: 2n }, spec, status });
  return verdict.kind === "invalid" ? `invalid ${verdict.problem}` : verdict.kind;
}

test.each([
  { name: "is current", rule: { current: "status.phase == 'Up'" }, status: { phase: "Up" }, want: "current" },
  { name: "is neither while its status is empty", rule: { current: "status.phase == 'Up'" }, status: {}, want: "neither" },
  { name: "fails first", rule: { failed: "status.bad", inProgress: "true", current: "true" }, status: { bad: true }, want: "failed" },
  { name: "is in progress before it is current", rule: { inProgress: "status.n < spec.n" }, status: { n: 1n }, want: "inProgress" },
  {
    name: "looks through conditions",
    rule: { current: "status.conditions.exists(c, c.type == 'Up' && c.status == 'True')" },
    status: { conditions: [{ type: "Up", status: "True" }] },
    want: "current",
  },
  { name: "counts", rule: { current: "status.n + 1 == spec.n" }, status: { n: 1n }, want: "current" },
  { name: "asks for optional members", rule: { current: "status.?deep.?er.orValue('') == ''" }, status: {}, want: "current" },
  {
    name: "says no yes or no",
    rule: { current: "status.phase" },
    status: { phase: "Up" },
    want: "invalid current: it is neither true nor false, but a string",
  },
])("a rule $name", ({ rule: over, status, want }) => {
  expect(said(over, status, { n: 2n })).toBe(want);
});

test.each([
  { name: "is cut off", text: "status.(", want: "Expected IDENTIFIER" },
  { name: "calls what there is not", text: "shell('rm')", want: "shell" },
  { name: "answers a number", text: "1 + 1", want: "of type int" },
  { name: "nests three macros", text: "status.a.all(x, status.a.all(y, status.a.all(z, x == y)))", want: "nested more than 2 deep" },
  { name: "makes lists of lists", text: "status.a.all(x, status.a.map(y, y).size() > 1)", want: "map is used within another macro" },
  { name: "doubles a value again and again", text: "cel.bind(x, [1], x + x).size() > 1", want: "cel.bind is not supported" },
  { name: "is huge", text: Array.from({ length: 300 }, () => "true").join("&&"), want: "500" },
])("an expression that $name is refused", ({ text, want }) => {
  expect(said({ current: text })).toContain(want);
});

test("what is wrong is said of every expression", () => {
  expect(said({ current: "(", failed: ")" })).toMatch(/^current: .*; failed: /);
});
