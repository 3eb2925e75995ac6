import { expect, test } from "vitest";
import { judgeApprover } from "./judge-approver.ts";

const ada = { actor: "users/ada@example.com", role: "operator" };

test.each([
  { name: "anybody may where nobody is listed", approvers: [], initiator: "users/bob", want: "allowed" },
  { name: "not the one who asked for the change", approvers: [], initiator: "users/ada@example.com", want: "GATE_SELF_APPROVAL" },
  { name: "nor the one who committed it", approvers: [], initiator: "git/Ada <ada@example.com>", want: "GATE_SELF_APPROVAL" },
  {
    name: "nor the one whose address is spelled otherwise",
    approvers: [],
    initiator: "git/A <Ada@Example.com>",
    want: "GATE_SELF_APPROVAL",
  },
  { name: "another one's commit", approvers: [], initiator: "git/Bob <bob@example.com>", want: "allowed" },
  { name: "a listed subject", approvers: ["users/ada@example.com"], initiator: "drover", want: "allowed" },
  { name: "a listed role", approvers: ["operator"], initiator: "drover", want: "allowed" },
  { name: "not another role", approvers: ["admin", "users/ada"], initiator: "drover", want: "GATE_APPROVER_NOT_LISTED" },
  { name: "being listed does not help with one's own", approvers: ["operator"], initiator: ada.actor, want: "GATE_SELF_APPROVAL" },
])("$name: $want", ({ approvers, initiator, want }) => {
  const ruling = judgeApprover(ada, "approve", { approvers, initiator });
  expect(ruling.kind === "refused" ? ruling.code : ruling.kind).toBe(want);
});

test("a change of one's own may be rejected", () =>
  expect(judgeApprover(ada, "reject", { approvers: [], initiator: ada.actor })).toEqual({ kind: "allowed" }));
