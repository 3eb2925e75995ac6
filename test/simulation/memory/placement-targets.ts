import type { ClusterId } from "@drover/kit";
import type { PlaceName } from "../../../control-plane/src/app/placement/placement-store.ts";
import type { Content } from "../../../control-plane/src/domain/placement/content.ts";
import type { Scope } from "../../../control-plane/src/domain/placement/plan.ts";
import type { MemoryDatabase } from "./database.ts";
import { waitingTarget } from "./rollback.ts";

/**
 * Adds targets with what a rollback would return them to: what they have now; or, where the rollout before this one never completed, what they
 * would have been returned to then. A cluster that had left and comes back starts anew.
 */
export function insertTargets(
  database: MemoryDatabase,
  place: PlaceName,
  rolloutId: string,
  clusters: readonly ClusterId[],
  scope: Scope,
): void {
  const unfinished = unfinishedBefore(database, place, rolloutId, scope);
  for (const clusterId of clusters) {
    const before = database.targets.get(`${unfinished} ${clusterId}`);
    const isCarriedOn = before !== undefined && before.state !== "left";
    const previous = isCarriedOn ? before.previous : assignedContent(database, place, clusterId);
    database.targets.put(`${rolloutId} ${clusterId}`, waitingTarget(rolloutId, clusterId, undefined, previous));
  }
}

/** Newcomers were given the last completed release after they had become targets: that is what they would be returned to. */
export function rememberPrevious(database: MemoryDatabase, place: PlaceName, newcomers: Iterable<ClusterId>): void {
  for (const clusterId of newcomers) {
    const goal = database.goals.get(`${place.application} ${place.environment} ${clusterId}`);
    const key = `${goal?.rolloutId} ${clusterId}`;
    const target = database.targets.get(key);
    const given = database.assignments.get(`${clusterId} ${place.application}`);
    if (target !== undefined && given !== undefined) database.targets.put(key, { ...target, previous: given.content });
  }
}

function unfinishedBefore({ rollouts }: MemoryDatabase, place: PlaceName, rolloutId: string, scope: Scope): string | undefined {
  const [last] = rollouts
    .of(`${place.application} ${place.environment}`)
    .filter((row) => row.scope === scope && row.id !== rolloutId)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  return last?.phase === "Superseded" || last?.phase === "Aborted" ? last.id : undefined;
}

function assignedContent(
  { assignments }: MemoryDatabase,
  { application, environment }: PlaceName,
  cluster: ClusterId,
): Content | undefined {
  const row = assignments.get(`${cluster} ${application}`);
  return row?.environment === environment && row.state !== "withdrawn" ? row.content : undefined;
}
