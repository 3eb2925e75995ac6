import type { Client, Placement, Promotion, Rollout, RolloutPreview, Trouble } from "@drover/proto/rest";

export type Place = Pick<Promotion, "application" | "environment">;

/** What moves places: a commit to the fleet repository, as soon as it is made. Rollouts of it that ended before `since` are no part of it. */
export type Change = Pick<Promotion, "state" | "error" | "commit"> & { readonly since: string | undefined };

/** What became of a change in one place so far. */
export type Beginning =
  | { readonly kind: "begun"; readonly rollout: Rollout }
  /** Every cluster has been given it. */
  | { readonly kind: "there"; readonly placement: Placement }
  /** No rollout carries it to clusters that lack it, as after one that was aborted. */
  | { readonly kind: "stranded"; readonly clusters: readonly string[] }
  | { readonly kind: "held"; readonly problem: Trouble }
  /** With what stands in its way by itself, such as the emergency stop. */
  | { readonly kind: "open"; readonly problem: Trouble | undefined };

const over = new Set<Rollout["phase"]>(["Completed", "RolledBack", "Superseded", "Aborted"]);

/**
 * A place may not have been looked at since the commit, and nobody says when it was. A preview of what git asks for tells what that look
 * will come to: where it says that nothing would begin, and nothing has begun after that, nothing will.
 */
export async function findBeginning(client: Client, now: Change, place: Place, signal: AbortSignal): Promise<Beginning> {
  const { application, environment } = place;
  if (now.error !== undefined) return { kind: "held", problem: now.error };
  if (now.state === "Pending") return { kind: "open", problem: undefined };
  const found = await rolloutOf(client, now, place, signal);
  if (found !== undefined) return { kind: "begun", rollout: found };

  const preview = await client("previewRollout", { body: { application, environment }, signal });
  const placement = await client("getPlacement", { params: { environment, application }, signal });
  if (preview.problem !== undefined && preview.problem.code === placement.problem?.code) return { kind: "held", problem: preview.problem };
  const begun = (await rolloutOf(client, now, place, signal)) ?? (await rolloutUnderWay(client, placement, preview.revision, signal));
  if (begun !== undefined) return { kind: "begun", rollout: begun };
  if (preview.problem !== undefined || placement.problem !== undefined || isStillToCome(preview))
    return { kind: "open", problem: placement.problem };
  const without = preview.clusters.filter(({ effect }) => effect === "Join").map(({ cluster }) => cluster);
  return without.length > 0 ? { kind: "stranded", clusters: without } : { kind: "there", placement };
}

/** The rollout that the commit began. One that had completed when the change was asked for says nothing about it. */
async function rolloutOf(
  client: Client,
  { commit, since }: Change,
  { application, environment }: Place,
  signal: AbortSignal,
): Promise<Rollout | undefined> {
  if (commit === undefined) return undefined;
  const { items } = await client("listRollouts", { query: { application, environment, changeId: commit, pageSize: 1 }, signal });
  const [rollout] = items;
  const isOld =
    since !== undefined &&
    rollout?.phase === "Completed" &&
    rollout.finishedAt !== undefined &&
    Date.parse(rollout.finishedAt) < Date.parse(since);
  return isOld ? undefined : rollout;
}

/**
 * What git wants already is carried by a rollout that something else began, as where the branch was followed before. One that carries
 * something else is about to be superseded.
 */
async function rolloutUnderWay(
  client: Client,
  { rollout }: Placement,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<Rollout | undefined> {
  if (rollout === undefined || over.has(rollout.phase)) return undefined;
  const found = await client("getRollout", { params: { rollout: rollout.id }, signal });
  return found.revision === wanted ? found : undefined;
}

const isStillToCome = ({ rollouts, clusters }: RolloutPreview): boolean =>
  rollouts.length > 0 || clusters.some(({ effect }) => effect === "AtOnce");
