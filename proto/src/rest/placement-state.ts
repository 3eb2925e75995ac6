import type { Placement } from "./fleet-objects.ts";

type Health = keyof Placement["summary"]["health"];
type Sync = "Synced" | "OutOfSync" | "Unknown";

/** The worst first: of a whole place, as of one application's objects, it is the worst that counts. */
const worst: readonly Health[] = ["Degraded", "Missing", "Unknown", "Progressing", "Suspended"];

type Placed = Pick<Placement, "summary" | "problem" | "pin" | "sourceProblem">;

/** Healthy once every cluster has proven what it should run: before that, a good report may be of the revision before. */
export function healthOf({ summary: { clusters, proven, health } }: Pick<Placement, "summary">): Health {
  if (clusters === 0) return "Unknown";
  return worst.find((word) => health[word] > 0) ?? (proven === clusters ? "Healthy" : "Progressing");
}

/** Of all its places at once: the worst that one of them is. */
export function statesOf(places: readonly Placed[]): { readonly health: Health; readonly sync: Sync } {
  if (places.length === 0) return { health: "Unknown", sync: "Unknown" };
  const healths = places.map(healthOf);
  const syncs = places.map(syncOf);
  return {
    health: worst.find((word) => healths.includes(word)) ?? "Healthy",
    sync: (["OutOfSync", "Unknown"] as const).find((word) => syncs.includes(word)) ?? "Synced",
  };
}

/** Synced when every cluster was given what git wants, and none has changed it since: nobody was given what cannot be carried out. */
export function syncOf({ problem, pin, sourceProblem, summary: { clusters, current, drifted } }: Placed): Sync {
  if (problem !== undefined) return "OutOfSync";
  if (clusters === 0 || (sourceProblem !== undefined && pin?.revision === undefined)) return "Unknown";
  return current === clusters && drifted === 0 ? "Synced" : "OutOfSync";
}
