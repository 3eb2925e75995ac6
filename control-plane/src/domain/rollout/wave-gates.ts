import type { Gate, GatePlace, GateRun, GateWhen } from "./gate.ts";
import type { HoldReason } from "./holds.ts";
import type { Wave } from "./strategy.ts";

/** What a wave's gates say: to go on, or to wait, and which of them to open for that. */
export interface GatesVerdict {
  readonly hold: HoldReason | undefined;
  readonly opens: readonly GatePlace[];
}

const passed: GatesVerdict = { hold: undefined, opens: [] };

/** All gates of one side are opened together, and all have to pass. A failed one speaks first. */
export function askGates(index: number, wave: Wave, when: GateWhen, runs: readonly GateRun[]): GatesVerdict {
  const gates = wave.gates[when];
  if (gates.length === 0) return passed;
  const open: HoldReason[] = [];
  const failed: HoldReason[] = [];
  const opens: GatePlace[] = [];
  for (const gate of gates) {
    const place: GatePlace = { wave: index, when, gate: gate.name };
    const run = runs.find((one) => isOf(one, place));
    if (run === undefined) opens.push(place);
    if (run?.state === "Passed") continue;
    (run?.state === "Failed" ? failed : open).push(holdBy(wave, gate, run ?? { ...place, ...aboutToOpen }));
  }
  return { hold: failed[0] ?? open[0], opens };
}

const aboutToOpen = { state: "Open", message: "it is about to be opened", next: undefined } as const;

const isOf = (run: GateRun, { wave, when, gate }: GatePlace): boolean => run.wave === wave && run.when === when && run.gate === gate;

const holdBy = (wave: Wave, { check }: Gate, run: GateRun): HoldReason => ({
  kind: run.state === "Failed" ? "GateFailed" : "GateOpen",
  waveName: wave.name,
  type: check.kind,
  run,
});

/** A gate that failed keeps everything from leaving, wherever it is; of a wave that was skipped nobody asks it any more. */
export function failedGate(waves: readonly Wave[], runs: readonly GateRun[], skippedWaves: readonly number[]): HoldReason | undefined {
  const run = runs.find(({ state, wave }) => state === "Failed" && !skippedWaves.includes(wave));
  const wave = run && waves[run.wave];
  const gate = run && wave?.gates[run.when].find(({ name }) => name === run.gate);
  return wave && gate && holdBy(wave, gate, run);
}
