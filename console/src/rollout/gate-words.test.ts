import type { RolloutGate } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { type GateVerb, whyNotDecide } from "./gate-words.ts";

const gate = (more: object = {}): RolloutGate =>
  ({ type: "Approval", state: "Open", attempt: 1, approvals: [], ...more }) as never as RolloutGate;
const mine = { subject: "users/ada", decision: "Approve", attempt: 1 };
const verbs: readonly GateVerb[] = ["approve", "reject", "override"];

test.each([
  { name: "an open gate takes every word", given: gate(), want: verbs },
  { name: "nobody approves twice", given: gate({ approvals: [mine] }), want: ["reject", "override"] },
  { name: "another attempt is another question", given: gate({ attempt: 2, approvals: [mine] }), want: verbs },
  { name: "what measures for itself can only be passed over", given: gate({ type: "Http" }), want: ["override"] },
  { name: "a failed gate can be passed over", given: gate({ state: "Failed" }), want: ["override"] },
  { name: "a passed gate is settled", given: gate({ state: "Passed" }), want: [] },
])("$name", ({ given, want }) => expect(verbs.filter((verb) => whyNotDecide(verb, given, "users/ada") === undefined)).toEqual(want));
