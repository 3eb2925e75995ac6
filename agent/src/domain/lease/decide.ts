import { type JsonObject, member, memberAt } from "@drover/kit";
import { resourceVersionOf, textOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

/** Kubernetes' own leader election, with its clocks: a holder writes until 10 s after its last renewal, others wait 15 s. */
export const leaseClocks = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 } as const;

/** What a Lease says. */
export interface LeaseRecord {
  /** Empty when its last holder let go of it. */
  readonly holder: string;
  /** How often it changed hands: no two holders have the same number. */
  readonly transitions: number;
  readonly acquireTime: string;
  readonly resourceVersion: string;
}

export function readLease(lease: Manifest): LeaseRecord {
  const transitions = memberAt(lease, "spec", "leaseTransitions");
  return {
    holder: textOf(memberAt(lease, "spec", "holderIdentity")),
    transitions: typeof transitions === "number" ? transitions : 0,
    acquireTime: textOf(memberAt(lease, "spec", "acquireTime")),
    resourceVersion: resourceVersionOf(lease),
  };
}

/** A record and when we first saw it, by our own clock: the holder's clock may be wrong by hours. */
export interface Observation {
  readonly record: LeaseRecord;
  readonly sinceMs: number;
}

export type LeaseDecision =
  | { readonly kind: "create" }
  /** Free, ours from before a restart, or not renewed for longer than its holder may write. */
  | { readonly kind: "take"; readonly over: LeaseRecord }
  | { readonly kind: "wait"; readonly holder: string };

export function decideLease(seen: Observation | undefined, self: string, nowMs: number): LeaseDecision {
  if (!seen) return { kind: "create" };
  const { record, sinceMs } = seen;
  const isFree = record.holder === "" || record.holder === self || nowMs - sinceMs >= leaseClocks.durationMs;
  return isFree ? { kind: "take", over: record } : { kind: "wait", holder: record.holder };
}

/** The Lease as its holder writes it. `renewTime` and `acquireTime` are for people and other tools; nothing here reads them. */
export const leaseSpec = (record: Omit<LeaseRecord, "resourceVersion">, renewTime: string): JsonObject => ({
  holderIdentity: record.holder,
  leaseDurationSeconds: leaseClocks.durationMs / 1000,
  acquireTime: record.acquireTime,
  renewTime,
  leaseTransitions: record.transitions,
});

/** Whether a Lease that we renewed is in other hands now. */
export const isTaken = (live: Manifest | undefined, ours: Pick<LeaseRecord, "holder" | "transitions">): boolean =>
  live !== undefined &&
  (member(live, "spec") === undefined || readLease(live).holder !== ours.holder || readLease(live).transitions !== ours.transitions);
