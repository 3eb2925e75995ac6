import { parseDuration } from "@drover/kit";
import { checkDuration } from "./check-duration.ts";
import { checkGate } from "./check-gate.ts";
import { checkSelector } from "./check-selector.ts";
import type { KeyPath } from "./fleet-yaml.ts";
import type { ObjectFault } from "./object-fault.ts";
import type { Strategy } from "./strategy-schema.ts";

type Wave = NonNullable<Strategy["waves"]>[number];

export function checkStrategy(strategy: Strategy): readonly ObjectFault[] {
  const waves = strategy.waves ?? [];
  const durations: readonly (readonly [KeyPath, string | undefined])[] = [
    [["progressDeadline"], strategy.progressDeadline],
    [["degradedGracePeriod"], strategy.degradedGracePeriod],
    ...waves.map((wave, index) => [["waves", index, "soakTime"], wave.soakTime] as const),
  ];
  return [
    ...durations.flatMap(([keys, text]) => (text === undefined ? [] : checkDuration(text, keys))),
    ...checkDeadline(strategy),
    ...waves.flatMap((wave, index) =>
      wave.clusterSelector ? checkSelector(wave.clusterSelector, ["waves", index, "clusterSelector"]) : [],
    ),
    ...waves.flatMap(checkGates),
    ...waves.flatMap(({ name }, index) =>
      waves.findIndex((other) => other.name === name) === index
        ? []
        : [{ keys: ["waves", index, "name"], code: "FLEET_DUPLICATE_NAME", message: `an earlier wave is called "${name}": rename one` }],
    ),
  ];
}

const shortestDeadlineMs = 1_000;

const checkDeadline = ({ progressDeadline }: Strategy): readonly ObjectFault[] =>
  progressDeadline === undefined || parseDuration(progressDeadline) >= shortestDeadlineMs
    ? []
    : [fault(["progressDeadline"], "FLEET_DURATION_INVALID", "every cluster would be late: progressDeadline has to be 1s at least")];

/** Both sides of a wave share their names, so that a person names one by gate and wave. */
function checkGates({ gates = {} }: Wave, index: number): readonly ObjectFault[] {
  const sides = (["before", "after"] as const).flatMap((when) =>
    (gates[when] ?? []).map((gate, place) => ({ gate, when, keys: ["waves", index, "gates", when, place] as const })),
  );
  return sides.flatMap(({ gate, when, keys }, place) => [
    ...checkGate(gate, keys),
    ...(sides.findIndex((other) => other.gate.name === gate.name) === place
      ? []
      : [fault([...keys, "name"], "FLEET_DUPLICATE_NAME", `an earlier gate of the wave is called "${gate.name}": rename one`)]),
    ...(gate.type === "Job" && when === "before" && index === 0
      ? [
          fault(
            [...keys, "type"],
            "FLEET_GATE_INVALID",
            `gate ${gate.name}: a Job runs where the release is already, and before the first wave that is nowhere: put it after the wave`,
          ),
        ]
      : []),
  ]);
}

const fault = (keys: KeyPath, code: string, message: string): ObjectFault => ({ keys, code, message });
