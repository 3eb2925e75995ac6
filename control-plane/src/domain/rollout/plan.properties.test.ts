import type { Strategy } from "@drover/proto/fleet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { World } from "./rollout-world.fixture.ts";

const names = Array.from({ length: 12 }, (_, index) => `c${String(index).padStart(2, "0")}`);

const strategies: fc.Arbitrary<Strategy> = fc.record({
  waves: fc.array(
    fc.record({ name: fc.constantFrom("one", "two"), count: fc.integer({ min: 1, max: 4 }), soakTime: fc.constantFrom("0", "30s") }),
    { maxLength: 3 },
  ),
  maxConcurrency: fc.integer({ min: 1, max: 4 }),
  maxFailures: fc.nat(3),
  maxOffline: fc.nat(3),
  strictFailures: fc.boolean(),
  offlinePolicy: fc.constantFrom("Skip" as const, "Wait" as const, "Fail" as const),
  progressDeadline: fc.constant("5m"),
});

type Move = {
  readonly kind: "healthy" | "degraded" | "refusing" | "progressing" | "old" | "other" | "silence" | "wait" | "plan";
  readonly cluster: number;
};
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Move["kind"]>(
      "healthy",
      "degraded",
      "refusing",
      "progressing",
      "old",
      "other",
      "silence",
      "wait",
      "plan",
      "plan",
    ),
    cluster: fc.nat(names.length - 1),
  }),
  { maxLength: 120 },
);

/** Plays a move. A cluster is silent while the others keep in touch. */
function play(world: World, { kind, cluster }: Move): void {
  const name = names[cluster] ?? "c00";
  if (kind === "plan") world.plan();
  else if (kind === "silence") world.wait(100, { except: name });
  else if (kind === "wait") world.wait(45);
  else if (kind === "refusing") world.refuse(name);
  else if (kind === "old") world.reportOther(name, "Healthy");
  else if (kind === "other") world.report(name, "Healthy", { bundle: "sha256:other" });
  else world.report(name, kind === "healthy" ? "Healthy" : kind === "degraded" ? "Degraded" : "Progressing");
}

test("failures before the first success never exceed maxFailures + maxConcurrency + maxOffline, strictly + 1, in any order of reports", () => {
  // Biased to the worst: most clusters fail, everything that was dispatched is heard of late, and silent ones come back to fail too.
  const fates = fc.array(fc.constantFrom("degraded", "degraded", "refusing", "healthy", "silence"), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(strategies, fates, moves, (strategy, fate, story) => {
      const world = new World(strategy, names);
      const succeeded = new Set<string>();
      const failedFirst = new Set<string>();
      const worst: Move[] = [
        ...story.slice(0, 30),
        { kind: "plan", cluster: 0 },
        ...names.map((_, cluster): Move => ({ kind: fate[cluster] ?? "degraded", cluster })),
      ];
      for (const move of [...worst, { kind: "wait", cluster: 0 }, { kind: "wait", cluster: 0 }, ...worst, ...story] as const) {
        play(world, move);
        world.plan();
        for (const [name, state] of Object.entries(world.states())) {
          if (state === "succeeded") succeeded.add(name);
          if (state === "failed" && !succeeded.has(name)) failedFirst.add(name);
        }
      }
      const inFlight = strategy.strictFailures === true ? 1 : Number(strategy.maxConcurrency);
      const bound = Number(strategy.maxFailures) + inFlight + Number(strategy.maxOffline);
      expect(failedFirst.size).toBeLessThanOrEqual(bound);
    }),
    { numRuns: 500 },
  );
});

test("planning again without news dispatches nothing and changes nothing", () => {
  fc.assert(
    fc.property(strategies, moves, (strategy, story) => {
      const world = new World(strategy, names);
      for (const move of story) play(world, move);
      world.plan();
      expect(world.dispatched()).toEqual([]);
      const again = world.plan();
      expect(again.changes).toEqual([]);
      expect(again.event).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("reports of another generation or bundle make no target succeed", () => {
  fc.assert(
    fc.property(strategies, moves, (strategy, story) => {
      const world = new World(strategy, names);
      for (const move of story) play(world, move.kind === "healthy" ? { ...move, kind: "other" } : move);
      expect(Object.values(world.states())).not.toContain("succeeded");
    }),
    { numRuns: 300 },
  );
});

test("no wave starts before every earlier one is full and settled", () => {
  fc.assert(
    fc.property(strategies, moves, (strategy, story) => {
      const world = new World(strategy, names);
      for (const move of story) {
        const before = world.waves();
        play(world, move);
        const after = world.waves();
        for (const started of [...after.keys()].filter((wave) => !before.has(wave)))
          for (const [index, wave] of (strategy.waves ?? []).slice(0, started).entries()) {
            expect(after.get(index)).toHaveLength(Number(wave.count));
            expect(after.get(index)).not.toContain("inFlight");
          }
      }
    }),
    { numRuns: 500 },
  );
});

test("a paused, halted or aborted rollout dispatches nothing whatever is reported", () => {
  fc.assert(
    fc.property(fc.constantFrom("Paused" as const, "Halted" as const, "Aborted" as const), strategies, moves, (phase, strategy, story) => {
      const world = new World(strategy, names);
      world.phase = phase;
      for (const move of story) play(world, move);
      expect(new Set(Object.values(world.states()))).toEqual(new Set(["waiting"]));
    }),
    { numRuns: 200 },
  );
});

test("clusters that have the content already are never dispatched", () => {
  fc.assert(
    fc.property(strategies, moves, (strategy, story) => {
      const world = new World(strategy, names);
      for (const name of names.slice(0, 6)) world.alreadyHas(name, "proven");
      for (const move of story) {
        play(world, move);
        const states = world.states();
        for (const name of names.slice(0, 6)) expect(["waiting", "unchanged"]).toContain(states[name]);
      }
    }),
    { numRuns: 200 },
  );
});
