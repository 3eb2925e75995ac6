import type { Drift } from "../drift/judge.ts";
import type { Applied } from "../inventory.ts";

/** One object of a bundle, as far as planning needs to know it. */
export interface Wanted {
  readonly key: string;
  readonly rank: number;
  /** Fingerprint of the manifest we would send. */
  readonly desired: string;
}

/** What the last list or watch event said. */
export type Live =
  | { readonly kind: "missing" }
  | { readonly kind: "in-sync" }
  /** There, and somebody else's. */
  | { readonly kind: "foreign" }
  | { readonly kind: "terminating" }
  | { readonly kind: "drifted"; readonly drift: Drift }
  /** A Job that has run to its end may be removed by its time to live; making it again would run it again. */
  | { readonly kind: "finished-and-gone" };

export interface Known {
  readonly applied: Applied | undefined;
  readonly live: Live;
}

export type ApplyDecision =
  | { readonly kind: "apply"; readonly because: "changed" | "drifted" }
  /** Not ours by uid, or not there: whether somebody else has the name by now must be seen first. */
  | { readonly kind: "meet" }
  | { readonly kind: "unchanged" }
  | { readonly kind: "hold"; readonly because: "Terminating" };

export interface PlannedApply {
  readonly key: string;
  readonly decision: ApplyDecision;
}

/** Decides what each object of a bundle needs, in groups that go one after the other. */
export function planApply(wanted: readonly Wanted[], known: ReadonlyMap<string, Known>): readonly (readonly PlannedApply[])[] {
  const byRank = Map.groupBy(wanted, ({ rank }) => rank);
  return [...byRank.keys()]
    .sort((a, b) => a - b)
    .map((rank) => byRank.get(rank)!.map((object) => ({ key: object.key, decision: decideApply(object, known.get(object.key)) })));
}

export function decideApply(wanted: Pick<Wanted, "desired">, known: Known | undefined): ApplyDecision {
  if (known?.live.kind === "terminating") return { kind: "hold", because: "Terminating" };
  if (!known?.applied) return { kind: "meet" };
  if (known.applied.desired !== wanted.desired && known.live.kind !== "missing") return { kind: "apply", because: "changed" };
  switch (known.live.kind) {
    case "missing":
    case "foreign":
      return { kind: "meet" };
    case "drifted":
      return known.live.drift.kind === "recreated" ? { kind: "meet" } : { kind: "apply", because: "drifted" };
    case "in-sync":
    case "finished-and-gone":
      return { kind: "unchanged" };
  }
}
