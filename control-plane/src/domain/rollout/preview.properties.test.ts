import fc from "fast-check";
import { expect, test } from "vitest";
import type { Strategy } from "@drover/proto/fleet";
import { previewRollout } from "./preview.ts";
import { noRestrictions } from "./restrictions.ts";
import { seconds, target, world } from "./rollout-world.fixture.ts";
import { resolveStrategy } from "./strategy.ts";

const labels = fc.record({ region: fc.constantFrom("eu", "us", "ap"), tier: fc.constantFrom("1", "2") });
const selector = fc.option(
  fc.constantFrom("eu", "us", "none").map((region) => ({ matchLabels: { region } })),
  { nil: undefined },
);
const amount = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom("10%", "34%", "100%"));
const defined = <T extends object>(form: T): T => Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)) as T;

const wave = fc
  .record({
    clusterSelector: selector,
    clusters: fc.option(fc.uniqueArray(fc.constantFrom("c0", "c3", "c5"), { minLength: 1 }), { nil: undefined }),
    count: fc.option(amount, { nil: undefined }),
    sortBy: fc.option(fc.constant("tier"), { nil: undefined }),
    maxConcurrency: fc.option(amount, { nil: undefined }),
  })
  .map(defined);
const strategy = fc
  .record({
    waves: fc.option(fc.array(wave, { maxLength: 3 }), { nil: undefined }),
    autoWaves: fc.option(
      amount.map((size) => ({ size })),
      { nil: undefined },
    ),
    maxConcurrency: fc.option(amount, { nil: undefined }),
  })
  .map(
    ({ waves, ...rest }): Strategy => defined({ ...rest, waves: waves?.map((one, index) => ({ ...one, name: `w${index}` })) }) as Strategy,
  );

test("every cluster is dispatched in the wave that the preview named, and in no other order of waves", () => {
  fc.assert(
    fc.property(strategy, fc.array(labels, { minLength: 1, maxLength: 12 }), (form, fleet) => {
      const names = fleet.map((_labels, index) => `c${index}`);
      const targets = names.map((name, index) => ({ ...target(name), labels: fleet[index] ?? {} }));
      const preview = previewRollout(resolveStrategy(form, names.length), noRestrictions, targets, seconds(0));
      const rollout = world(form, names);
      for (const [index, name] of names.entries()) rollout.label(name, fleet[index] ?? {});
      const went: [string, number][] = [];
      for (let turn = 0; turn < 200 && rollout.phase !== "Completed"; turn += 1) {
        const plan = rollout.plan();
        for (const { target: changed, wave: index, state } of plan.changes) {
          if (state !== "inFlight" || changed.state !== "waiting" || index === undefined) continue;
          went.push([changed.name, index]);
          rollout.report(changed.name, "Healthy");
        }
      }
      expect(rollout.phase).toBe("Completed");
      expect(new Map(went)).toEqual(new Map([...preview.waveOf].map(([id, index]) => [String(id), index])));
      expect(went.map(([, index]) => index)).toEqual(went.map(([, index]) => index).toSorted((a, b) => a - b));
      expect(preview.waves.reduce((sum, { clusters }) => sum + clusters, 0)).toBe(names.length);
    }),
    { numRuns: 300 },
  );
});

test.each([
  [{ waves: [{ name: "eu", clusterSelector: { matchLabels: { region: "eu" } } }] }, ["EmptyWave"]],
  [
    {
      waves: [
        { name: "all", clusterSelector: { matchExpressions: [{ key: "region", operator: "Exists" as const }] } },
        { name: "us", clusterSelector: { matchLabels: { region: "us" } } },
      ],
    },
    ["EmptyWave", "OverlappingWaves"],
  ],
  [
    {
      waves: [
        { name: "canary", count: 1 },
        { name: "half", count: "50%" },
      ],
    },
    [],
  ],
] as const)("warns of waves that are not what they look like", (form, kinds) => {
  const targets = ["a", "b"].map((name) => ({ ...target(name), labels: { region: "us" } }));
  const preview = previewRollout(resolveStrategy(form as unknown as Strategy, 2), noRestrictions, targets, seconds(0));
  expect(preview.warnings.map(({ kind }) => kind)).toEqual(kinds);
});

test("warns when there is nobody to reach", () => {
  expect(previewRollout(resolveStrategy({}), noRestrictions, [], seconds(0)).warnings).toMatchObject([{ kind: "NoClusters" }]);
});
