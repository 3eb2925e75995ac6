import { base32, type ClusterId, instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import { planRollout, type Rollout } from "../../../control-plane/src/domain/rollout/plan.ts";
import { noRestrictions } from "../../../control-plane/src/domain/rollout/restrictions.ts";
import { resolveStrategy } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { Target } from "../../../control-plane/src/domain/rollout/target.ts";
import { type Measurement, series } from "../harness/row.ts";

const waves = 10;
const rounds = 50;
const targetMs: Readonly<Record<number, number>> = { 10_000: 20 };
const now = instant(60_000);

/** Time of one plan alone, in which the first wave leaves and all others wait: no database, no rendering. */
export const measurePlanner = (): readonly Measurement[] => [100, 1_000, 10_000, 100_000].map(plans);

function plans(clusters: number): Measurement {
  const strategy = resolveStrategy({
    waves: Array.from({ length: waves - 1 }, (_, ring) => ({
      name: `ring-${ring}`,
      clusterSelector: { matchLabels: { ring: String(ring) } },
      maxConcurrency: "100%",
    })),
  });
  const rollout: Rollout = {
    kind: "Rollout",
    phase: "Running",
    strategy,
    acceptedFailures: 0,
    waveSizes: {},
    skippedWaves: [],
    gates: [],
    restrictions: noRestrictions,
  };
  const targets = Array.from({ length: clusters }, (_, index) => waiting(index));
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const { decisions } = planRollout(rollout, targets, now);
    samples.push(performance.now() - start);
    const dispatched = decisions.filter(({ kind }) => kind === "dispatch").length;
    if (decisions.length !== clusters || dispatched !== clusters / waves)
      throw new Error(`the plan dispatches ${dispatched} of ${clusters}`);
  }
  const p50 = targetMs[clusters];
  return series(
    { id: "plan", name: `one plan of ${clusters} clusters in ${waves} waves`, ...(p50 === undefined ? {} : { target: { p50 } }) },
    samples.slice(rounds / 5), // the first ones compile
  );
}

function waiting(index: number): Target {
  const name = `cluster-${String(index).padStart(6, "0")}`;
  return {
    clusterId: base32(new TextEncoder().encode(name)) as ClusterId,
    name,
    labels: { ring: String(index % waves), region: "eu" },
    state: "waiting",
    wave: undefined,
    retried: false,
    hasPrevious: true,
    generation: undefined,
    wasDegraded: false,
    wasRefused: false,
    dispatchedAt: undefined,
    acknowledgedAt: undefined,
    succeededAt: undefined,
    goal: { contentDigest: "sha256:new" as Digest, bundle: "sha256:bundle" as Digest },
    assignment: {
      generation: 1,
      contentDigest: "sha256:old" as Digest,
      state: "active",
      acknowledgedAt: now,
      provenAt: now,
    },
    status: undefined,
    lastSeen: now,
    inMaintenance: false,
    window: undefined,
  };
}
