import type { Rollout } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { consequences, failuresToAccept, orders, whyNotNow } from "./orders.ts";

const targets = { Waiting: 3, Unchanged: 0, InFlight: 1, Succeeded: 2, Failed: 0, Offline: 1, Left: 0, Skipped: 0 };
const rollout = (more: object = {}): Rollout =>
  ({
    id: "r1",
    phase: "Running",
    targets,
    release: "web-2",
    strategy: { maxFailures: 0 },
    acceptedFailures: 0,
    ...more,
  }) as never as Rollout;
const failed = { ...targets, Failed: 2 };

test.each([
  { name: "a running one can be paused or aborted", given: rollout(), want: ["pause", "abort"] },
  { name: "a paused one goes on or ends", given: rollout({ phase: "Paused" }), want: ["resume", "abort"] },
  { name: "what failed can be tried again", given: rollout({ phase: "Halted", targets: failed }), want: ["resume", "retry", "abort"] },
  { name: "one that waits for its rollback can only be ended", given: rollout({ phase: "RollingBack" }), want: ["abort"] },
  { name: "one that has ended takes no orders", given: rollout({ phase: "Completed", targets: failed }), want: [] },
])("$name", ({ given, want }) => expect(orders.filter((order) => whyNotNow(order, given) === undefined)).toEqual(want));

test("an aborted one can be taken up while it is the newest of its place", () => {
  const aborted = rollout({ phase: "Aborted" });
  expect(orders.filter((order) => whyNotNow(order, aborted, "r1") === undefined)).toEqual(["retry"]);
  expect(whyNotNow("retry", aborted, "r2")).toBe("another rollout has begun there since");
  expect(consequences("retry", aborted).slice(0, 2)).toEqual([
    "4 clusters that wait go to web-2, wave by wave, as gates, windows and budgets allow.",
    "1 cluster that failed or had not finished gets web-2 once more.",
  ]);
});

test("an order says what will happen to how many clusters", () => {
  expect(consequences("pause", rollout())).toEqual([
    "2 clusters stay on web-2.",
    "1 cluster under way finishes.",
    "4 clusters wait on what they had, until somebody resumes.",
  ]);
  expect(consequences("abort", rollout({ targets: { ...failed, Waiting: 1, Offline: 0 } }))).toEqual([
    "5 clusters stay on web-2, 2 of them failed.",
    "1 cluster keeps what it had.",
    "The rollout ends. Nothing more leaves, and nothing goes back by itself.",
  ]);
  expect(consequences("retry", rollout({ targets: failed }))[0]).toBe("2 clusters that failed get web-2 once more.");
  expect(consequences("resume", rollout())[0]).toContain("4 clusters that wait go to web-2");
});

test.each([
  { name: "those above what the strategy tolerates", given: rollout({ phase: "Halted", targets: failed }), want: 2 },
  { name: "less what was accepted before", given: rollout({ phase: "Halted", targets: failed, acceptedFailures: 1 }), want: 1 },
  { name: "none where nothing is halted", given: rollout({ phase: "Paused" }), want: undefined },
])("failures to accept: $name", ({ given, want }) => expect(failuresToAccept(given)).toBe(want));
