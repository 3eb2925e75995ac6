import type { Labels } from "@drover/kit";
import { type Health, healthWords, type Sync } from "@drover/proto/wire";
import type { TargetState } from "../rollout/target.ts";
import { celValue } from "./cel-value.ts";

/** A cluster of a wave. Its status is there only when it is of this rollout's generation and bundle, and the cluster is connected. */
export interface WaveCluster {
  readonly name: string;
  readonly labels: Labels;
  readonly state: TargetState;
  readonly status: { readonly health: Health; readonly sync: Sync; readonly objects: number; readonly drifted: number } | undefined;
}

const unknown = { health: "Unknown", sync: "Unknown", objects: 0, drifted: 0 } as const;

/** What an expression over reported status may speak of. */
export function waveValues(
  wave: { readonly name: string; readonly when: "before" | "after" },
  clusters: readonly WaveCluster[],
): Readonly<Record<"clusters" | "wave" | "counts", unknown>> {
  const shown = clusters.map(({ name, labels, state, status }) => ({
    name,
    labels,
    ...(status ?? unknown),
    succeeded: state === "succeeded" || state === "unchanged",
  }));
  const counts = {
    clusters: shown.length,
    succeeded: shown.filter(({ succeeded }) => succeeded).length,
    drifted: shown.filter(({ drifted }) => drifted > 0).length,
    ...Object.fromEntries(healthWords.map((word) => [word, shown.filter(({ health }) => health === word).length])),
  };
  return { clusters: celValue(shown), wave: celValue({ name: wave.name, when: wave.when }), counts: celValue(counts) } as const;
}
