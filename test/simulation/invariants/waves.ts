import { matchesSelector } from "@drover/kit";
import type { Target } from "../../../control-plane/src/domain/rollout/target.ts";
import type { RolloutStrategy } from "../../../control-plane/src/domain/rollout/strategy.ts";
import { maxReplicaAheadMs } from "../scenario.ts";
import type { Watch } from "./watch.ts";

/** No wave starts before every earlier one is full, settled, and has soaked since its last success or trouble. */
export const watchWaves: Watch = (world) => ({
  planned({ id, rollout: { strategy }, targets }, plan) {
    const dispatched = plan.changes.filter(
      ({ target, state }) => target.state === "waiting" && (state === "inFlight" || state === "offline"),
    );
    const given = new Set(plan.decisions.flatMap(({ kind, clusterId }) => (kind === "dispatch" ? [clusterId] : [])));
    const changed = new Map(plan.changes.map((change) => [change.target.clusterId, change]));
    for (const { target, wave } of dispatched) {
      if (!given.has(target.clusterId) || wave === undefined || wave === 0) continue;
      for (const other of targets) {
        const now = changed.get(other.clusterId) ?? other;
        const place = now.state === "waiting" ? firstWave(strategy, targets, other) : now.wave;
        if (other.clusterId === target.clusterId || place === undefined || place >= wave) continue;
        const why = unsettled(
          strategy,
          other,
          { state: now.state, succeededAt: now.succeededAt },
          place,
          world.schedule.now + maxReplicaAheadMs,
        );
        if (why !== undefined)
          world.fail(
            "waves start one after another",
            `rollout ${id}: wave ${wave} took ${target.name} while ${other.name} of wave ${place} ${why}`,
          );
      }
    }
  },
});

function unsettled(
  { waves }: RolloutStrategy,
  { status, goal, generation }: Target,
  now: { readonly state: Target["state"]; readonly succeededAt: number | undefined },
  wave: number,
  time: number,
): string | undefined {
  if (now.state === "waiting" || now.state === "inFlight") return `is ${now.state}`;
  if (now.state !== "succeeded" || now.succeededAt === undefined) return undefined;
  const own = status !== undefined && status.generation === generation && status.bundle === goal?.bundle ? status : undefined;
  const troubled = Math.min(own?.lastDegradedAt ?? 0, own?.reportedAt ?? 0);
  const until = Math.max(now.succeededAt, troubled) + (waves[wave]?.soakMs ?? 0);
  return until > time ? `soaks for ${until - time} ms more` : undefined;
}

/** The wave of a cluster that waits, where it needs no counting: the first that selects it and takes every one that it selects. */
function firstWave({ waves }: RolloutStrategy, _targets: readonly Target[], { labels }: Target): number | undefined {
  const index = waves.findIndex(({ clusterSelector }) => matchesSelector(clusterSelector, labels));
  return index !== -1 && waves[index]?.count === undefined ? index : undefined;
}
