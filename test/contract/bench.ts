import type { ClusterId } from "@drover/kit";
import { resolveStrategy } from "../../control-plane/src/domain/rollout/strategy.ts";
import type { RolloutPorts } from "./rollout-ports.ts";

/** What every test has before it: three clusters that were heard of, and nothing else. */
export interface Bench {
  readonly ports: () => RolloutPorts;
  readonly clusters: () => readonly ClusterId[];
}

/** One cluster first, then all: without soaks and deadlines, so that no clock decides anything. */
export const strategy = resolveStrategy({ waves: [{ name: "canary", count: 1 }], maxConcurrency: 3, progressDeadline: "30d" });
