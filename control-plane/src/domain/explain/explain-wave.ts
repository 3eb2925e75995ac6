import { DroverError, type Instant } from "@drover/kit";
import type { HoldReason } from "../rollout/holds.ts";
import { isActive } from "../rollout/phase.ts";
import { explainRollout, type RolloutFacts } from "./explain-rollout.ts";
import type { Link } from "./link.ts";

/** Why one wave, by its name or its index, is not done. Throws `not-found` WAVE_NOT_FOUND. */
export function explainWave(facts: RolloutFacts, wanted: string, sizes: Readonly<Record<number, number>>, now: Instant): readonly Link[] {
  const { waves } = facts.strategy;
  const index = waves.findIndex(({ name }, place) => name === wanted || String(place) === wanted);
  const wave = waves[index];
  if (wave === undefined)
    throw new DroverError(
      "not-found",
      "WAVE_NOT_FOUND",
      `explain wave ${wanted} of rollout ${facts.id}: it has none; its waves are ${waves.map(({ name }) => name).join(", ")}`,
    );
  const link = { subject: `rollouts/${facts.id}/waves/${wave.name}`, numbers: { wave: wave.name, clusters: sizes[index] ?? 0 } };
  if (!isActive(facts.phase) || facts.phase === "RollingBack") return explainRollout(facts, now);
  const current = waves.findIndex(({ name }) => facts.holds.some(({ because }) => waveOf(because) === name));
  const isPassed = current !== -1 && (facts.strategy.order === "reverse" ? index > current : index < current);
  if (!isPassed) return explainRollout(facts, now);
  return sizes[index] === undefined
    ? [{ ...link, kind: "NoClusters", message: `wave ${wave.name} had no clusters, and was passed over` }]
    : [{ ...link, kind: "WaveDone", message: `wave ${wave.name} is done with its clusters` }];
}

/** The wave that a hold is about, by name; undefined for what holds all of them alike. */
function waveOf(because: HoldReason): string | undefined {
  if ("waveName" in because) return because.waveName;
  return "wave" in because ? because.wave : undefined;
}
