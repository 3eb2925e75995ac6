import type { Options } from "./options.ts";
import { seconds } from "./progress.ts";
import type { StepResult } from "./story/play.ts";

export interface Summary {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly clusters: number;
  readonly kubernetes: number;
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly durationMs: number;
    readonly verified?: string;
    readonly error?: string;
  }[];
}

/** `expected` steps, so that a story that broke off is no success. */
export const summarise = (options: Options, results: readonly StepResult[], expected: number, durationMs: number): Summary => ({
  ok: results.length === expected && results.every(({ outcome }) => outcome.kind === "verified"),
  durationMs: Math.round(durationMs),
  clusters: options.clusters,
  kubernetes: options.kubernetes,
  steps: results.map(({ name, durationMs: took, outcome }) => ({
    name,
    ok: outcome.kind === "verified",
    durationMs: Math.round(took),
    ...(outcome.kind === "verified" ? { verified: outcome.what } : { error: outcome.why }),
  })),
});

export function summaryTable({ ok, durationMs, clusters, kubernetes, steps }: Summary): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const rows = steps.map((step) => `${step.ok ? "ok  " : "FAIL"}  ${step.name.padEnd(width)}  ${seconds(step.durationMs).padStart(6)}`);
  const fleet = `${clusters} clusters, ${kubernetes} of them Kubernetes`;
  const done = steps.filter((step) => step.ok).length;
  return [...rows, "", `${ok ? "verified" : "FAILED"}: ${done} steps on ${fleet}, ${seconds(durationMs)} in all`].join("\n");
}
