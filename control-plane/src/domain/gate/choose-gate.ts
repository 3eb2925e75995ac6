import type { GateRun } from "../rollout/gate.ts";

/** As much of a run as its name says. */
interface NamedRun {
  readonly place: { readonly wave: number; readonly gate: string };
  readonly waveName: string;
  readonly state: GateRun["state"];
}

export type GateChoice<Run> =
  | { readonly kind: "found"; readonly run: Run }
  | { readonly kind: "refused"; readonly code: "GATE_NOT_FOUND" | "GATE_AMBIGUOUS"; readonly message: string };

/** The run that somebody means: of several waves with a gate of this name it is the one that is not through yet, unless the wave is named. */
export function chooseGate<Run extends NamedRun>(runs: readonly Run[], gate: string, wave: string | undefined): GateChoice<Run> {
  const named = runs.filter(({ place, waveName }) => place.gate === gate && (wave === undefined || waveName === wave));
  const unsettled = named.filter(({ state }) => state !== "Passed");
  const candidates = unsettled.length > 0 ? unsettled : named.slice(-1);
  const [run, another] = candidates;
  if (run === undefined) {
    const known = runs.map((one) => `${one.place.gate} of wave ${one.waveName}`).join(", ");
    return {
      kind: "refused",
      code: "GATE_NOT_FOUND",
      message: `no gate ${gate}${wave === undefined ? "" : ` of wave ${wave}`} has been opened yet; ${known === "" ? "none has" : `those are ${known}`}`,
    };
  }
  if (another !== undefined)
    return {
      kind: "refused",
      code: "GATE_AMBIGUOUS",
      message: `waves ${candidates.map(({ waveName }) => waveName).join(" and ")} both have a gate ${gate}: name the wave`,
    };
  return { kind: "found", run };
}
