import { expect, test } from "vitest";
import { countsInWords, holdInWords, inLocalTime, wavesToShow } from "./rollout-words.ts";

const none = { Waiting: 0, Unchanged: 0, InFlight: 0, Succeeded: 0, Failed: 0, Offline: 0, Left: 0, Skipped: 0 };

test.each([
  { targets: none, phase: "Pending", want: "no clusters yet" },
  { targets: { ...none, Succeeded: 1, Unchanged: 1, Waiting: 3 }, phase: "Running", want: "2 of 5 done, 3 waiting" },
  { targets: { ...none, Succeeded: 1, Waiting: 1 }, phase: "RolledBack", want: "1 of 2 done, 1 never given" },
  { targets: { ...none, Failed: 1, InFlight: 2, Left: 4 }, phase: "Halted", want: "0 of 3 done, 2 under way, 1 failed" },
] as const)("counts as $want", ({ targets, phase, want }) => expect(countsInWords(targets, phase)).toBe(want));

test.each([
  { reason: { kind: "earlier-wave", message: "wave 1 is not done" }, want: "wave 1 is not done" },
  { reason: { kind: "AwaitingApproval" }, want: "awaiting approval" },
])("a hold reads as $want", ({ reason, want }) => expect(holdInWords(reason)).toBe(want));

test("times are told in the reader's own", () => {
  const time = "2026-11-21T09:06:53.213Z";
  expect(inLocalTime(`soaks until ${time}; 2 wait`)).toBe(`soaks until ${new Date(time).toLocaleString()}; 2 wait`);
});

test("an empty wave is shown for as long as a cluster may join it", () => {
  const waves = [
    { index: 0, targets: { ...none, Succeeded: 1 } },
    { index: 1, targets: none },
  ];
  expect(wavesToShow({ waves, targets: { ...none, Succeeded: 1, Waiting: 1 } })).toHaveLength(2);
  expect(wavesToShow({ waves, targets: { ...none, Succeeded: 1 } })).toHaveLength(1);
});
