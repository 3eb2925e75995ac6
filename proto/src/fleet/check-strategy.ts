import { parseDuration } from "@drover/kit";
import { checkSelector } from "./check-selector.ts";
import type { KeyPath } from "./fleet-yaml.ts";
import type { ObjectFault } from "./object-fault.ts";
import type { Strategy } from "./strategy-schema.ts";

export function checkStrategy(strategy: Strategy): readonly ObjectFault[] {
  const waves = strategy.waves ?? [];
  const durations: readonly (readonly [KeyPath, string | undefined])[] = [
    [["progressDeadline"], strategy.progressDeadline],
    [["degradedGracePeriod"], strategy.degradedGracePeriod],
    ...waves.map((wave, index) => [["waves", index, "soakTime"], wave.soakTime] as const),
  ];
  return [
    ...durations.flatMap(([keys, text]) => (text === undefined ? [] : checkDuration(text, keys))),
    ...waves.flatMap((wave, index) =>
      wave.clusterSelector ? checkSelector(wave.clusterSelector, ["waves", index, "clusterSelector"]) : [],
    ),
    ...waves.flatMap(({ name }, index) =>
      waves.findIndex((other) => other.name === name) === index
        ? []
        : [{ keys: ["waves", index, "name"], code: "FLEET_DUPLICATE_NAME", message: `an earlier wave is called "${name}": rename one` }],
    ),
  ];
}

/** Longer waits belong into a person's calendar; the bound also keeps sums of times exact. */
const longestDurationMs = 30 * 86_400_000;

export const checkDuration = (text: string, keys: KeyPath): readonly ObjectFault[] =>
  parseDuration(text) <= longestDurationMs ? [] : [{ keys, code: "FLEET_DURATION_INVALID", message: `${text} is longer than 30d` }];
