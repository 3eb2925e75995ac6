import type { Options } from "./options.ts";
import { seconds } from "./progress.ts";
import type { StepResult } from "./story/play.ts";

export interface Summary {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly clusters: number;
  readonly kubernetes: number;
  /** Steps that were to be played. Those after a failed one are not in `steps`. */
  readonly planned: number;
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly durationMs: number;
    readonly verified?: string;
    readonly error?: string;
  }[];
}

/** A story that broke off is no success. */
export const summarise = (
  options: Pick<Options, "clusters" | "kubernetes">,
  results: readonly StepResult[],
  planned: number,
  durationMs: number,
): Summary => ({
  ok: results.length === planned && results.every(({ outcome }) => outcome.kind === "verified"),
  durationMs: Math.round(durationMs),
  clusters: options.clusters,
  kubernetes: options.kubernetes,
  planned,
  steps: results.map(({ name, durationMs: took, outcome }) => ({
    name,
    ok: outcome.kind === "verified",
    durationMs: Math.round(took),
    ...(outcome.kind === "verified" ? { verified: outcome.what } : { error: outcome.why }),
  })),
});

export function summaryTable({ ok, durationMs, clusters, kubernetes, planned, steps }: Summary): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const rows = steps.map((step) => `${step.ok ? "ok  " : "FAIL"}  ${step.name.padEnd(width)}  ${seconds(step.durationMs).padStart(6)}`);
  const fleet = `${clusters} clusters, ${kubernetes} of them Kubernetes`;
  const done = steps.filter((step) => step.ok).length;
  return [...rows, "", `${ok ? "ok" : "FAILED"}: ${done} of ${planned} steps verified on ${fleet}, ${seconds(durationMs)} in all`].join(
    "\n",
  );
}
