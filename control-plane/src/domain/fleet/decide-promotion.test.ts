import { expect, test } from "vitest";
import { decidePromotion, type PromotionRequest, type Standing } from "./decide-promotion.ts";

const [one, two, three] = ["1", "2", "3"].map((digit) => `${digit}abcdef`.padEnd(40, digit)) as [string, string, string];
const standing: Standing = {
  application: "web",
  environment: "production",
  pinned: one,
  current: one,
  isTracked: false,
  quarantine: undefined,
};
const promotion: PromotionRequest = {
  wanted: { kind: "commit", revision: two },
  expectedRevision: undefined,
  reason: "ready",
  promotesFrom: ["staging", "canary"],
  completedIn: ["canary"],
};
const quarantine = { revisions: [{ revision: two.slice(0, 7), reason: "it loses data" }] };
const edit = { application: "web", environment: "production", previousRevision: one };

test.each<{ name: string; standing?: Partial<Standing>; request?: Partial<PromotionRequest>; want: object }>([
  {
    name: "moves the pin when one upstream has completed",
    want: { kind: "edit", edit: { ...edit, kind: "set-pin", revision: two, reason: "ready" } },
  },
  {
    name: "holds the writer to the pin that was seen",
    request: { expectedRevision: one.slice(0, 8) },
    want: { edit: { before: { revision: one } } },
  },
  {
    name: "expects what is written as well as what it means",
    standing: { pinned: "v1.2" },
    request: { expectedRevision: "v1.2" },
    want: { edit: { before: { revision: "v1.2" } } },
  },
  {
    name: "leaves what is there",
    request: { wanted: { kind: "commit", revision: one }, completedIn: [] },
    want: { kind: "unchanged", revision: one },
  },
  {
    name: "holds what is only followed, by a pin",
    standing: { pinned: undefined, isTracked: true },
    request: { wanted: { kind: "commit", revision: one }, promotesFrom: [] },
    want: { kind: "edit", edit: { ...edit, kind: "set-pin", revision: one, reason: "ready" } },
  },
  {
    name: "removes the pin to follow",
    request: { wanted: { kind: "follow", head: three }, completedIn: [] },
    want: { edit: { kind: "remove-pin", revision: three } },
  },
  {
    name: "has nothing to remove without a pin",
    standing: { pinned: undefined },
    request: { wanted: { kind: "follow", head: three } },
    want: { kind: "unchanged" },
  },
])("a promotion $name", ({ standing: is, request, want }) => {
  expect(decidePromotion({ ...standing, ...is }, { ...promotion, ...request })).toMatchObject(want);
});

test.each<{ code: string; standing?: Partial<Standing>; request?: Partial<PromotionRequest> }>([
  { code: "NOT_COMPLETED_UPSTREAM", request: { completedIn: [] } },
  { code: "REVISION_CHANGED", request: { expectedRevision: three } },
  { code: "REVISION_CHANGED", request: { expectedRevision: "1" } },
  { code: "REVISION_CHANGED", standing: { pinned: undefined, current: undefined }, request: { expectedRevision: one } },
  { code: "REVISION_QUARANTINED", standing: { quarantine } },
])("a promotion is refused: $code", ({ code, standing: is, request }) => {
  expect(() => decidePromotion({ ...standing, ...is }, { ...promotion, ...request })).toThrowError(expect.objectContaining({ code }));
});
