import type { ClusterId, Instant } from "@drover/kit";
import type { Decision, HoldSummary } from "./holds.ts";
import { judge } from "./judge.ts";
import { planRollout, type Rollout } from "./plan.ts";
import type { Restrictions } from "./restrictions.ts";
import { amountOf, type RolloutStrategy, type Wave } from "./strategy.ts";
import type { Target } from "./target.ts";
import { matches, membersOfWaves } from "./waves.ts";

export interface PreviewedWave {
  readonly index: number;
  readonly wave: Wave;
  readonly clusters: number;
  /** Of this many clusters. */
  readonly maxConcurrency: number;
}

export interface Warning {
  readonly kind: "NoClusters" | "EmptyWave" | "OverlappingWaves";
  readonly message: string;
}

export interface PreviewedRollout {
  readonly waves: readonly PreviewedWave[];
  /** The wave of each cluster that has one: those that have the content already have none. */
  readonly waveOf: ReadonlyMap<ClusterId, number>;
  /** What the first plan would decide of each cluster that waits. */
  readonly decisions: ReadonlyMap<ClusterId, Decision>;
  readonly holds: readonly HoldSummary[];
  readonly warnings: readonly Warning[];
}

/** What a rollout over these clusters would do first, by the planner itself, and in which wave each would be reached as things stand. */
export function previewRollout(
  strategy: RolloutStrategy,
  restrictions: Restrictions,
  targets: readonly Target[],
  now: Instant,
): PreviewedRollout {
  const rollout: Rollout = {
    kind: "Rollout",
    phase: "Running",
    strategy,
    acceptedFailures: 0,
    waveSizes: {},
    skippedWaves: [],
    gates: [],
    restrictions,
  };
  const { decisions, holds } = planRollout(rollout, targets, now);
  const members = membersOfWaves(
    strategy,
    targets.map((target) => judge(target, strategy, now)),
    {},
  );
  const waves = strategy.waves.map((wave, index): PreviewedWave => {
    const clusters = members[index]?.length ?? 0;
    return { index, wave, clusters, maxConcurrency: Math.max(1, amountOf(wave.maxConcurrency, clusters)) };
  });
  return {
    waves,
    waveOf: new Map(members.flatMap((inWave, index) => inWave.map(({ target }): [ClusterId, number] => [target.clusterId, index]))),
    decisions: new Map(decisions.map((decision) => [decision.clusterId, decision])),
    holds,
    warnings: warningsOf(waves, targets),
  };
}

function warningsOf(waves: readonly PreviewedWave[], targets: readonly Target[]): readonly Warning[] {
  if (targets.length === 0) return [{ kind: "NoClusters", message: "no cluster would be reached: nothing that is enrolled is selected" }];
  const named = waves.slice(0, -1);
  const empty = named
    .filter(({ clusters }) => clusters === 0)
    .map(({ wave }): Warning => ({
      kind: "EmptyWave",
      message: `wave ${wave.name} has no clusters, and is passed over with its gates and its soak`,
    }));
  return [...empty, ...overlaps(named, targets)];
}

/** A wave without a selector takes what is left, which is no overlap. */
const selects = ({ clusterSelector, clusters }: Wave): boolean => clusters !== undefined || Object.keys(clusterSelector).length > 0;

function overlaps(named: readonly PreviewedWave[], targets: readonly Target[]): readonly Warning[] {
  const selecting = named.filter(({ wave }) => selects(wave));
  return selecting.flatMap(({ wave: second }, place) =>
    selecting.slice(0, place).flatMap(({ wave: first }): Warning[] => {
      const both = targets.filter((target) => matches(first, target) && matches(second, target)).length;
      if (both === 0) return [];
      const message = `waves ${first.name} and ${second.name} both select ${both} cluster${both === 1 ? "" : "s"}; ${first.name}, which is first, takes them`;
      return [{ kind: "OverlappingWaves", message }];
    }),
  );
}
