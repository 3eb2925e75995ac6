import { instant } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AutoPromotionFacts, planAutoPromotion, ruleFor } from "./plan-auto-promotion.ts";

const [v1, v2] = ["1".repeat(40), "2".repeat(40)];
const minutes = (count: number) => instant(count * 60_000);

/** v2 completed in staging at minute 100; production runs v1, which this very rule brought there. */
const following: AutoPromotionFacts = {
  application: "web",
  environment: "production",
  rule: { from: "staging", to: "production", soakTime: "10m" },
  pin: { revision: v1, promotion: "Automatic" },
  isTracked: false,
  completed: { revision: v2, finishedAt: minutes(100), firstAt: minutes(100) },
  pinnedFirstAt: minutes(50),
  returnsTo: undefined,
  quarantined: undefined,
  freeze: undefined,
};

function words(change: Partial<AutoPromotionFacts>, now: number): string {
  const plan = planAutoPromotion({ ...following, ...change }, minutes(now));
  if (plan.kind === "hold") return `hold: ${plan.because.kind}`;
  return plan.kind === "promote" ? `promote ${plan.revision.slice(0, 1)}` : plan.kind;
}

test.each([
  { name: "promotes after the soak", change: {}, now: 110, want: "promote 2" },
  { name: "soaks first", change: {}, now: 109, want: "hold: Soaking" },
  { name: "promotes where nothing is pinned yet", change: { pin: undefined, pinnedFirstAt: undefined }, now: 110, want: "promote 2" },
  { name: "does nothing without a rule", change: { rule: undefined }, now: 110, want: "nothing" },
  { name: "does nothing before anything completed upstream", change: { completed: undefined }, now: 110, want: "nothing" },
  { name: "does nothing where the revision is already", change: { pin: { revision: v2 } }, now: 110, want: "nothing" },
  { name: "is held by a person's pin", change: { pin: { revision: v1 } }, now: 110, want: "hold: ManualPin" },
  { name: "names a person's pin before the soak", change: { pin: { revision: v1 } }, now: 101, want: "hold: ManualPin" },
  {
    name: "skips what is quarantined",
    change: { quarantined: { reason: "it crashes" } },
    now: 110,
    want: "hold: Quarantined",
  },
  {
    name: "waits for a freeze to end",
    change: { freeze: { name: "christmas", reason: "rest", until: undefined } },
    now: 110,
    want: "hold: Frozen",
  },
  {
    name: "does not follow upstream when it goes back",
    change: {
      pin: { revision: v2, promotion: "Automatic" as const },
      pinnedFirstAt: minutes(100),
      completed: { revision: v1, finishedAt: minutes(120), firstAt: minutes(50) },
    },
    now: 200,
    want: "hold: UpstreamWentBack",
  },
  {
    name: "leaves an environment alone that follows its source",
    change: { pin: undefined, isTracked: true },
    now: 110,
    want: "hold: Tracks",
  },
])("$name", ({ change, now, want }) => expect(words(change, now)).toBe(want));

test("a rule is of the applications that it names, or of all", () => {
  const rule = { from: "staging", to: "production", soakTime: "0" };
  expect(ruleFor({ autoPromotion: [rule] }, "web", "production")).toBe(rule);
  expect(ruleFor({ autoPromotion: [rule] }, "web", "staging")).toBeUndefined();
  expect(ruleFor({ autoPromotion: [{ ...rule, applications: ["api"] }] }, "web", "production")).toBeUndefined();
  expect(ruleFor(undefined, "web", "production")).toBeUndefined();
});

test("nothing is promoted before its soak, against a person's pin, in a freeze, or out of quarantine", () => {
  const facts = fc.record({
    pin: fc.constantFrom(undefined, { revision: v1 }, { revision: v1, promotion: "Automatic" as const }, { revision: v2 }),
    isTracked: fc.boolean(),
    finishedAt: fc.integer({ min: 0, max: 200 }),
    soakMinutes: fc.integer({ min: 0, max: 100 }),
    isQuarantined: fc.boolean(),
    isFrozen: fc.boolean(),
    now: fc.integer({ min: 0, max: 400 }),
  });
  fc.assert(
    fc.property(facts, ({ pin, isTracked, finishedAt, soakMinutes, isQuarantined, isFrozen, now }) => {
      const change: Partial<AutoPromotionFacts> = {
        rule: { from: "staging", to: "production", soakTime: `${soakMinutes}m` },
        pin,
        isTracked,
        pinnedFirstAt: undefined,
        completed: { revision: v2, finishedAt: minutes(finishedAt), firstAt: minutes(finishedAt) },
        quarantined: isQuarantined ? { reason: "it crashes" } : undefined,
        freeze: isFrozen ? { name: "christmas", reason: "rest", until: undefined } : undefined,
      };
      const isManual = pin !== undefined && !("promotion" in pin);
      const isDue = now >= finishedAt + soakMinutes && !isManual && !isQuarantined && !isFrozen && !(isTracked && pin === undefined);
      expect(words(change, now).startsWith("promote")).toBe(isDue);
    }),
  );
});
