import type { ApplicationStatus, RolloutTarget, TargetState } from "@drover/proto/rest";
import { troubleInWords, troublesOf } from "../words/troubles.ts";

/** Worst first: what somebody has to look at stands on top. */
const byUrgency: readonly TargetState[] = ["Failed", "Offline", "InFlight", "Waiting", "Succeeded", "Unchanged", "Skipped", "Left"];

export interface TargetFilter {
  readonly state?: TargetState | undefined;
  /** A part of the cluster's name. */
  readonly text: string;
}

export function targetsToShow(targets: readonly RolloutTarget[], { state, text }: TargetFilter): readonly RolloutTarget[] {
  const wanted = text.trim().toLowerCase();
  return targets
    .filter((target) => (state === undefined || target.state === state) && target.cluster.includes(wanted))
    .toSorted((a, b) => byUrgency.indexOf(a.state) - byUrgency.indexOf(b.state) || (a.wave ?? 0) - (b.wave ?? 0));
}

/** How many there are of each state that there are any of, worst first. */
export function countStates(targets: readonly RolloutTarget[]): readonly (readonly [TargetState, number])[] {
  const counts = new Map<TargetState, number>();
  for (const { state } of targets) counts.set(state, (counts.get(state) ?? 0) + 1);
  return byUrgency.flatMap((state) => (counts.has(state) ? [[state, counts.get(state) ?? 0] as const] : []));
}

/** When it became what it is, as far as that is known. */
export function sinceOf({ state, dispatchedAt, acknowledgedAt, succeededAt, failedAt }: RolloutTarget): string | undefined {
  switch (state) {
    case "Failed":
      return failedAt;
    case "Succeeded":
      return succeededAt;
    case "InFlight":
    case "Offline":
      return acknowledgedAt ?? dispatchedAt;
    case "Waiting":
    case "Unchanged":
    case "Left":
    case "Skipped":
      return undefined;
  }
}

export const mayHaveTrouble = (state: TargetState): boolean => state === "Failed" || state === "InFlight";

type Said = Pick<ApplicationStatus, "clusterId" | "generation" | "health" | "sync" | "reason" | "message" | "failing">;

/** What fails first on each cluster, by its id. What an agent said of another release is not this rollout's. */
export function troublesByCluster(targets: readonly RolloutTarget[], statuses: readonly Said[]): ReadonlyMap<string, string> {
  const said = new Map(statuses.map((status) => [status.clusterId, status]));
  return new Map(
    targets.flatMap(({ clusterId, state, generation }) => {
      const status = said.get(clusterId);
      if (!mayHaveTrouble(state) || status === undefined || status.generation !== generation) return [];
      const [first, ...more] = troublesOf(status);
      if (first === undefined) return [];
      return [[clusterId, `${troubleInWords(first)}${more.length === 0 ? "" : ` (and ${more.length} more)`}`]];
    }),
  );
}
