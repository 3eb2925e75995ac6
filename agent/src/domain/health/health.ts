import type { LabelSelector } from "@drover/kit";

/** From best to worst, as an application counts its objects. */
export const healthOrder = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"] as const;
export type Health = (typeof healthOrder)[number];

export interface Assessment {
  readonly health: Health;
  /** One word that people can search for. */
  readonly reason?: string;
  readonly message?: string;
  readonly container?: string;
  /** Where to look for the cause of a workload that is not ready. */
  readonly pods?: PodsOfWorkload;
  /** What the workload said before its pods were asked. */
  readonly byItself?: Assessment;
}

/** The pods of a workload's newest template; older ones say nothing about what was asked for last. */
export interface PodsOfWorkload {
  /** Of the workload's spec: what pods said about an older one is forgotten. */
  readonly generation: number;
  readonly selector: LabelSelector;
  readonly revision:
    | { readonly kind: "label"; readonly label: string; readonly value: string }
    /** Named by the newest ReplicaSet of the Deployment with this uid. */
    | { readonly kind: "newest-replicaset"; readonly ownerUid: string }
    | { readonly kind: "any" };
}

export const healthy: Assessment = { health: "Healthy" };

export const missing: Assessment = { health: "Missing", reason: "Missing", message: "it is not in the cluster" };

export const progressing = (reason: string, message: string): Assessment => ({ health: "Progressing", reason, message });
export const degraded = (reason: string, message: string): Assessment => ({ health: "Degraded", reason, message });

/** The worst of them; an application without objects is Healthy: it has what it asked for. */
export function worstHealth(all: Iterable<Health>): Health {
  let worst = 0;
  for (const health of all) worst = Math.max(worst, healthOrder.indexOf(health));
  return healthOrder[worst]!;
}

/**
 * A newer assessment of a workload that keeps the cause its pods gave before, as long as both speak of one spec: until the
 * pods are asked again, nothing says that the cause has gone.
 */
export function withKnownCause(newer: Assessment, older: Assessment | undefined): Assessment {
  if (!newer.pods || !older?.byItself || older.pods?.generation !== newer.pods.generation) return newer;
  // What pods on their way waited for is told with how many there were.
  if (older.reason === older.byItself.reason && newer.message !== older.byItself.message) return newer;
  return { ...older, pods: newer.pods, byItself: newer };
}
