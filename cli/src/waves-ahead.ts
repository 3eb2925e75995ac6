import type { Client, Rollout, RolloutTarget } from "@drover/proto/rest";

const underWay: ReadonlySet<Rollout["phase"]> = new Set(["Pending", "Running", "Paused", "Halted"]);

/**
 * In which wave each cluster that waits would be reached as things stand, by its index. A cluster is in no wave before it is dispatched,
 * so this is asked of the planner, and known of an environment's newest rollout alone. Whoever may not ask sees the others all the same.
 */
export async function wavesAhead(
  client: Client,
  { application, environment, phase, revision, scope, kind }: Rollout,
  targets: readonly RolloutTarget[],
): Promise<ReadonlyMap<string, number>> {
  const isAsked = targets.some(({ state, wave }) => state === "Waiting" && wave === undefined);
  if (!isAsked || !underWay.has(phase) || scope !== "Environment" || kind !== "Rollout") return new Map();
  const plan = await client("previewRollout", { body: { application, environment, revision } }).catch(() => undefined);
  return new Map((plan?.clusters ?? []).flatMap(({ cluster, wave }) => (wave === undefined ? [] : [[cluster, wave] as const])));
}
