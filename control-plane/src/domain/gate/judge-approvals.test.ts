import { instant } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Approval, judgeApprovals } from "./judge-approvals.ts";

const openedAt = instant(0);
const said = (subject: string, decision: Approval["decision"]): Approval => ({
  subject,
  role: "viewer",
  decision,
  reason: "so",
  at: openedAt,
});
const words = fc.array(
  fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("approve" as const, "approve" as const, "reject" as const)),
  {
    maxLength: 8,
  },
);

test("it passes exactly when enough subjects approved and none rejected, in whatever order and however often", () =>
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 5 }), (list, required) => {
      const approvals = list.map(([subject, decision]) => said(subject, decision));
      const subjects = new Set(list.map(([subject]) => subject)).size;
      const rejected = list.some(([, decision]) => decision === "reject");
      const kind = rejected ? "Failed" : subjects >= required ? "Passed" : "Wait";
      const gate = { required, timeoutMs: undefined, openedAt };
      expect(judgeApprovals(gate, approvals, instant(1)).kind).toBe(kind);
      expect(judgeApprovals(gate, approvals.toReversed(), instant(1)).kind).toBe(kind);
    }),
  ));

test.each([
  { at: 59_999, want: { kind: "Wait", because: "1 of 2 approvals (a)", until: 60_000 } },
  { at: 60_000, want: { kind: "Failed", because: "1 of 2 approvals (a) when its time of 60s was over" } },
])("at $at of a minute it is $want.kind", ({ at, want }) =>
  expect(judgeApprovals({ required: 2, timeoutMs: 60_000, openedAt }, [said("a", "approve")], instant(at))).toEqual(want),
);
