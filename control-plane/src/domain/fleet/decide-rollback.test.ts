import { expect, test } from "vitest";
import type { Standing } from "./decide-promotion.ts";
import { decideRollback, type RollbackRequest, rollBackTogether } from "./decide-rollback.ts";

const [one, two, three] = ["1", "2", "3"].map((digit) => `${digit}abcdef`.padEnd(40, digit)) as [string, string, string];
const standing: Standing = {
  application: "web",
  environment: "production",
  pinned: one,
  current: one,
  isTracked: false,
  quarantine: undefined,
};
const rollback: RollbackRequest = {
  cluster: undefined,
  revision: undefined,
  expectedRevision: undefined,
  reason: "errors",
  completed: [three, two, one],
  historyLimit: 10,
  mustBeAt: undefined,
};
const quarantine = { revisions: [{ revision: two.slice(0, 7), reason: "it loses data" }] };

test.each<{ name: string; standing?: Partial<Standing>; request?: Partial<RollbackRequest>; want: object }>([
  { name: "takes the newest other one", want: { edit: { kind: "set-pin", revision: three } } },
  {
    name: "passes over the present and the quarantined",
    standing: { pinned: three, current: three, quarantine },
    want: { edit: { revision: one } },
  },
  { name: "takes the one that is named", request: { revision: two.slice(0, 7) }, want: { edit: { revision: two } } },
  {
    name: "pins what is tracked at the same revision",
    standing: { pinned: undefined },
    request: { revision: one },
    want: { edit: { kind: "set-pin", revision: one } },
  },
  {
    name: "makes an exception for one cluster",
    request: { cluster: "eu", revision: two },
    want: { edit: { kind: "set-exception", cluster: "eu", revision: two } },
  },
  { name: "leaves what is pinned", request: { revision: one }, want: { kind: "unchanged" } },
])("a rollback $name", ({ standing: is, request, want }) => {
  expect(decideRollback({ ...standing, ...is }, { ...rollback, ...request })).toMatchObject(want);
});

test.each<{ code: string; standing?: Partial<Standing>; request?: Partial<RollbackRequest> }>([
  { code: "NOT_COMPLETED_HERE", request: { completed: [one] } },
  { code: "NOT_COMPLETED_HERE", request: { completed: [one], revision: two } },
  { code: "REVISION_QUARANTINED", standing: { quarantine }, request: { revision: two } },
  { code: "REVISION_CHANGED", request: { expectedRevision: two } },
  { code: "NOT_COMPLETED_HERE", request: { revision: two, historyLimit: 1 } },
  { code: "CHANGE_SUPERSEDED", request: { revision: two, mustBeAt: three } },
])("a rollback is refused: $code", ({ code, standing: is, request }) => {
  expect(() => decideRollback({ ...standing, ...is }, { ...rollback, ...request })).toThrowError(expect.objectContaining({ code }));
});

test("what a change brought goes back while it is there, and what went back by itself stays", () => {
  const request = { ...rollback, revision: one, mustBeAt: two };
  expect(decideRollback({ ...standing, pinned: two, current: two }, request)).toMatchObject({ edit: { revision: one } });
  expect(decideRollback(standing, request)).toEqual({ kind: "unchanged", revision: one });
});

test("several places go back by one edit, and what they leave is quarantined once", () => {
  const places = ["staging", "production"].map((environment) => {
    const at: Standing = { ...standing, environment, pinned: two, current: two };
    return { standing: at, decision: decideRollback(at, { ...rollback, revision: one }) };
  });
  const together = rollBackTogether(places, { reason: "errors" });
  expect(together).toMatchObject({
    edit: {
      kind: "together",
      application: "web",
      environment: "staging",
      edits: [
        { kind: "set-pin", environment: "staging", revision: one },
        { kind: "set-pin", environment: "production", revision: one },
        { kind: "quarantine", revision: two, reason: "errors" },
      ],
    },
  });
  expect(rollBackTogether(places.slice(0, 1), undefined)).toMatchObject({ edit: { kind: "set-pin" } });
});
