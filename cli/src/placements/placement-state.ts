import type { Placement } from "@drover/proto/rest";

type Health = keyof Placement["summary"]["health"];

/** The worst first: of a whole place, as of one application's objects, it is the worst that counts. */
const worst: readonly Health[] = ["Degraded", "Missing", "Unknown", "Progressing", "Suspended"];

/** Healthy once every cluster has proven what it should run: before that, a good report may be of the revision before. */
export function healthOf({ summary: { clusters, proven, health } }: Pick<Placement, "summary">): Health {
  if (clusters === 0) return "Unknown";
  return worst.find((word) => health[word] > 0) ?? (proven === clusters ? "Healthy" : "Progressing");
}

/** Synced when every cluster was given what git wants, and none has changed it since. */
export function syncOf({ summary: { clusters, current, drifted } }: Pick<Placement, "summary">): "Synced" | "OutOfSync" | "Unknown" {
  if (clusters === 0) return "Unknown";
  return current === clusters && drifted === 0 ? "Synced" : "OutOfSync";
}
