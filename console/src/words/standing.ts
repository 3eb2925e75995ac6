import type { Cluster } from "@drover/proto/rest";

/** How a cluster stands, in one word: the worst of what is known. Worst first. */
export const standings = [
  "Degraded",
  "Missing",
  "Offline",
  "Stale",
  "Progressing",
  "Unknown",
  "Suspended",
  "Pending",
  "Idle",
  "Healthy",
  "Revoked",
] as const;
export type Standing = (typeof standings)[number];

export const standingColor: Readonly<Record<Standing, string>> = {
  Degraded: "red",
  Missing: "red",
  Offline: "orange",
  Stale: "yellow",
  Progressing: "blue",
  Unknown: "gray",
  Suspended: "grape",
  Pending: "gray",
  Idle: "gray",
  Healthy: "teal",
  Revoked: "gray",
};

const healths = ["Degraded", "Missing", "Progressing", "Unknown", "Suspended", "Healthy"] as const;

/** A cluster that does not report counts by its state, whatever it said last. Idle: nothing is assigned to it. */
export function standingOf({ state, applications }: Pick<Cluster, "state" | "applications">): Standing {
  if (state !== "Connected") return state;
  return healths.find((health) => applications[health] > 0) ?? "Idle";
}

export type Tally = readonly (readonly [Standing, number])[];

/** How many clusters stand how, worst first, without those that there are none of. */
export function tally(clusters: readonly Pick<Cluster, "state" | "applications">[]): Tally {
  const counts = new Map<Standing, number>();
  for (const cluster of clusters) counts.set(standingOf(cluster), (counts.get(standingOf(cluster)) ?? 0) + 1);
  return standings.flatMap((standing) => (counts.has(standing) ? [[standing, counts.get(standing) ?? 0] as const] : []));
}

/** The same for each environment, in one pass over the clusters. */
export function tallyByEnvironment(
  clusters: readonly Pick<Cluster, "state" | "applications" | "environments">[],
): ReadonlyMap<string, Tally> {
  const members = new Map<string, Pick<Cluster, "state" | "applications">[]>();
  for (const cluster of clusters)
    for (const environment of cluster.environments) {
      const known = members.get(environment);
      if (known === undefined) members.set(environment, [cluster]);
      else known.push(cluster);
    }
  return new Map([...members].map(([environment, some]) => [environment, tally(some)]));
}
