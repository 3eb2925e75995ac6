import { plural } from "@drover/kit";

/** Who or what paused a rollout, as its last such transition says. */
export interface Pause {
  readonly actor: string;
  readonly because:
    | { readonly kind: "Asked"; readonly reason: string }
    /** It began so: this database succeeds one that was lost, and so many clusters hold what it knows nothing of. */
    | { readonly kind: "Recovered"; readonly clusters: number };
}

export function explainPause(pause: Pause | undefined): {
  readonly message: string;
  readonly numbers: Readonly<Record<string, number | string>>;
} {
  if (pause === undefined) return { message: "paused", numbers: {} };
  const { actor, because } = pause;
  if (because.kind === "Asked") return { message: `paused by ${actor}: ${because.reason}`, numbers: { by: actor, reason: because.reason } };
  const { clusters } = because;
  return {
    message: `paused by the recovery of a lost database: ${plural(clusters, "cluster")} ${clusters === 1 ? "holds" : "hold"} something else than git wants, by their own envelopes. Compare them with git before anything moves`,
    numbers: { reason: "Recovered", clusters },
  };
}
