import fc from "fast-check";
import { expect, test } from "vitest";
import { planRollout, returns } from "./plan.ts";
import { newRollout, seconds, target } from "./rollout-world.fixture.ts";
import { resolveStrategy, rollbackStrategy } from "./strategy.ts";
import type { Target } from "./target.ts";

const strategy = rollbackStrategy(resolveStrategy({ waves: ["a", "b", "c"].map((name) => ({ name })), rollback: { maxConcurrency: 2 } }));

/** A cluster that a rollout brought something in a wave, or that was given something outside of all, and is away or not. */
const cluster = fc.record({ wave: fc.option(fc.nat(3), { nil: undefined }), away: fc.boolean() });

/** Plans and commits until nothing is dispatched any more; what was dispatched is well at the next look. Answers the waves in their order. */
function carriedOut(fleet: readonly Target[]): { readonly waves: readonly number[]; readonly targets: readonly Target[] } {
  const targets = new Map(fleet.map((one) => [one.clusterId, one]));
  const waves: number[] = [];
  for (let now = 1; ; now += 1) {
    const plan = planRollout({ ...newRollout, kind: "Rollback", phase: "Running", strategy }, [...targets.values()], seconds(now));
    const order = plan.decisions.filter(({ kind }) => kind === "dispatch").map(({ clusterId }) => clusterId);
    const dispatched = new Set(order);
    waves.push(...order.map((id) => plan.changes.find(({ target: { clusterId } }) => clusterId === id)?.wave ?? -1));
    for (const { target: before, state, wave, dispatchedAt } of plan.changes) {
      const isDispatched = dispatched.has(before.clusterId);
      const goal = before.goal ?? { contentDigest: "" as never, bundle: "" as never };
      targets.set(before.clusterId, {
        ...before,
        state,
        wave,
        dispatchedAt,
        generation: isDispatched ? 2 : before.generation,
        ...(isDispatched && {
          assignment: {
            generation: 2,
            contentDigest: goal.contentDigest,
            state: "active",
            acknowledgedAt: undefined,
            provenAt: state === "offline" ? undefined : seconds(now),
          },
        }),
      });
    }
    if (plan.changes.length === 0) return { waves, targets: [...targets.values()] };
  }
}

test("a rollback reaches every cluster, the last wave first, and waits for none that is away", () => {
  fc.assert(
    fc.property(fc.array(cluster, { minLength: 1, maxLength: 12 }), (clusters) => {
      const fleet = clusters.map(({ wave, away }, index): Target => ({
        ...target(`c${index}`),
        wave,
        lastSeen: away ? undefined : seconds(0),
      }));
      const { waves, targets } = carriedOut(fleet);
      // Where no wave brought it, it is in the first that its labels match.
      expect(waves).toEqual(clusters.map(({ wave }) => wave ?? 0).toSorted((a, b) => b - a));
      expect(targets.map(({ state }) => state)).toEqual(clusters.map(({ away }) => (away ? "offline" : "succeeded")));
    }),
  );
});

test("what a cluster was given and did not have before is what returns, whatever became of it", () => {
  const states = fc.constantFrom<Target["state"]>("waiting", "unchanged", "inFlight", "succeeded", "failed", "offline", "skipped");
  fc.assert(
    fc.property(states, fc.boolean(), fc.boolean(), (state, hasPrevious, isOurs) => {
      const { goal, ...rest } = target("c");
      expect(returns({ ...rest, state, hasPrevious, goal: isOurs ? goal : undefined })).toBe(hasPrevious && isOurs);
    }),
  );
});
