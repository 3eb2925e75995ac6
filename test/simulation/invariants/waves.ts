import { matchesSelector } from "@drover/kit";
import type { RolloutSnapshot } from "../../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { RolloutPlan } from "../../../control-plane/src/domain/rollout/plan.ts";
import type { RolloutStrategy } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { Target } from "../../../control-plane/src/domain/rollout/target.ts";
import { maxReplicaAheadMs } from "../scenario.ts";
import type { Watch } from "./watch.ts";

/**
 * No cluster of a wave is dispatched before every wave in front of it is full, settled, has passed its gates and has soaked since its last
 * success or trouble. Waves that a person skipped stand in nobody's way.
 */
export const watchWaves: Watch = (world) => ({
  planned(snapshot, plan) {
    const full = overfull(snapshot, plan);
    if (full !== undefined) world.fail("waves start one after another", `rollout ${snapshot.id}: ${full}`);
    for (const { target, wave } of dispatchedBy(plan)) {
      const because = notYet(snapshot, plan, target, wave, world.schedule.now + maxReplicaAheadMs);
      if (because !== undefined)
        world.fail("waves start one after another", `rollout ${snapshot.id}: wave ${wave} took ${target.name}, and ${because}`);
    }
  },
});

/** A wave that takes so many clusters is given no more. */
function overfull({ rollout, targets }: RolloutSnapshot, plan: RolloutPlan): string | undefined {
  const changed = new Map(plan.changes.map((change) => [change.target.clusterId, change]));
  for (const { target, wave } of dispatchedBy(plan)) {
    const count = rollout.strategy.waves[wave]?.count;
    if (typeof count !== "number" || target.retried || rollout.kind === "Rollback") continue;
    const members = targets.filter((other) => {
      const now = changed.get(other.clusterId) ?? other;
      return now.wave === wave && now.state !== "waiting" && isMember.has(now.state);
    });
    if (members.length > count) return `wave ${wave} takes ${count}, and has ${members.map(({ name }) => name).join(", ")}`;
  }
  return undefined;
}

interface Dispatched {
  readonly target: Target;
  readonly wave: number;
}

function dispatchedBy({ changes, decisions }: RolloutPlan): readonly Dispatched[] {
  const given = new Set(decisions.flatMap(({ kind, clusterId }) => (kind === "dispatch" ? [clusterId] : [])));
  return changes.flatMap(({ target, wave }) => (given.has(target.clusterId) && wave !== undefined ? [{ target, wave }] : []));
}

function notYet(
  { rollout, targets }: RolloutSnapshot,
  plan: RolloutPlan,
  dispatched: Target,
  wave: number,
  time: number,
): string | undefined {
  const { kind, strategy, skippedWaves, gates } = rollout;
  const isBefore = (other: number): boolean => !skippedWaves.includes(other) && (kind === "Rollback" ? other > wave : other < wave);
  const changed = new Map(plan.changes.map((change) => [change.target.clusterId, change]));
  const passed = (place: number, when: "before" | "after"): boolean =>
    strategy.waves[place]?.gates[when].every(({ name }) =>
      gates.some((run) => run.wave === place && run.when === when && run.gate === name && run.state === "Passed"),
    ) === true;
  if (!passed(wave, "before")) return "a gate before it has not passed";
  for (const other of targets) {
    const now = changed.get(other.clusterId) ?? other;
    const place = now.state === "waiting" && !other.retried ? firstWave(strategy, other) : now.wave;
    if (other.clusterId === dispatched.clusterId || place === undefined || !isBefore(place)) continue;
    const why = unsettled(strategy, other, now.state, now.succeededAt, place, time);
    if (why !== undefined) return `${other.name} of wave ${place} ${why}`;
    if (isMember.has(now.state) && !passed(place, "after")) return `a gate after wave ${place} has not passed`;
  }
  return undefined;
}

/** A wave without members has nothing to ask its gates about. */
const isMember: ReadonlySet<Target["state"]> = new Set(["waiting", "inFlight", "succeeded", "failed", "offline"]);

function unsettled(
  { waves, offlinePolicy }: RolloutStrategy,
  { status, goal, generation, inMaintenance }: Target,
  state: Target["state"],
  succeededAt: number | undefined,
  wave: number,
  time: number,
): string | undefined {
  if (state === "waiting" || state === "inFlight") return `is ${state}`;
  if (state === "offline" && offlinePolicy === "Wait") return "is to be waited for";
  if (state !== "succeeded" || succeededAt === undefined) return undefined;
  const own = status !== undefined && status.generation === generation && status.bundle === goal?.bundle ? status : undefined;
  if (own?.health === "Degraded" && !inMaintenance) return "is Degraded";
  const troubledAt = Math.min(own?.lastDegradedAt ?? 0, own?.reportedAt ?? 0);
  const until = Math.max(succeededAt, troubledAt) + (waves[wave]?.soakMs ?? 0);
  return until > time ? `soaks for ${until - time} ms more` : undefined;
}

/** The wave of a cluster that waits, where it needs no counting: the first that selects it, if that takes all that it selects. */
function firstWave({ waves }: RolloutStrategy, { labels, name }: Target): number | undefined {
  const index = waves.findIndex(
    ({ clusterSelector, clusters }) => matchesSelector(clusterSelector, labels) && (clusters === undefined || clusters.includes(name)),
  );
  return index !== -1 && waves[index]?.count === undefined ? index : undefined;
}
