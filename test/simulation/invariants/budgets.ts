import type { RolloutSnapshot } from "../../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { RolloutPlan } from "../../../control-plane/src/domain/rollout/plan.ts";
import { amountOf } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { Target } from "../../../control-plane/src/domain/rollout/target.ts";
import type { RolloutRow, TargetRow } from "../memory/rows.ts";
import { dispatchesIn } from "./dispatches.ts";
import type { Watch, Watched } from "./watch.ts";

interface Ledger {
  /** Given the release by this rollout, not succeeded since. */
  readonly unproven: Set<string>;
  /** The highest that the bound has ever been: shares of a fleet shrink with it. */
  bound: number;
}

const atRisk: ReadonlySet<string> = new Set(["inFlight", "offline", "failed"]);

/**
 * Clusters that were dispatched and have not succeeded never exceed maxFailures + maxConcurrency + maxOffline: if every one of them fails,
 * that is how many fail before their first success. With strictFailures, maxFailures + 1 + maxOffline.
 */
export const watchBudgets: Watch = (world) => {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (id: string): Ledger => {
    const ledger = ledgers.get(id) ?? { unproven: new Set(), bound: 0 };
    ledgers.set(id, ledger);
    return ledger;
  };
  return {
    planned(snapshot, plan) {
      const crowded = tooManyInFlight(snapshot, plan);
      if (crowded !== undefined) world.fail("no more are in flight than may be", `rollout ${snapshot.id}: ${crowded}`);
    },
    committed(changes) {
      const touched = new Set<string>();
      for (const { before, after, clusters } of dispatchesIn(changes)) {
        const ledger = ledgerOf(after.id);
        ledger.bound = Math.max(ledger.bound, boundOf(world, after, before));
        for (const cluster of clusters) ledger.unproven.add(cluster);
        touched.add(after.id);
      }
      for (const { table, after } of changes) {
        if (table !== "rollout_targets" || after === undefined) continue;
        const { rolloutId, clusterId, state } = after as TargetRow;
        if (!atRisk.has(state)) ledgerOf(rolloutId).unproven.delete(clusterId);
      }
      for (const id of touched) {
        const { unproven, bound } = ledgerOf(id);
        if (unproven.size > bound)
          world.fail(
            "failures stay within the budget",
            `rollout ${id}: ${unproven.size} clusters (${[...unproven].map((cluster) => world.nameOf(cluster)).join(", ")}) may fail, ${bound} may`,
          );
      }
    },
  };
};

function boundOf(world: Watched, { id, strategy, acceptedFailures }: RolloutRow, before: RolloutRow | undefined): number {
  const amount = (of: number | string, total: number): number =>
    typeof of === "number" ? of : Math.floor((Number.parseInt(of, 10) * total) / 100);
  // Those that left or were skipped are counted too: the planner may have seen them before they went.
  const total = world.database.targets.of(id).length;
  const concurrency = strategy.waves.map(({ maxConcurrency }) => Math.max(1, amount(maxConcurrency, total)));
  const accepted = Math.max(acceptedFailures, before?.acceptedFailures ?? 0);
  const atOnce = strategy.strictFailures ? 1 : Math.max(...concurrency);
  return amount(strategy.maxFailures, total) + accepted + atOnce + amount(strategy.maxOffline, total);
}

/** Clusters that return from being away may crowd a wave; nobody is sent after them. */
function tooManyInFlight({ rollout, targets }: RolloutSnapshot, { changes, decisions, waveSizes }: RolloutPlan): string | undefined {
  const changed = new Map(changes.map((change) => [change.target.clusterId, change.state]));
  const given = new Set(decisions.flatMap(({ kind, clusterId }) => (kind === "dispatch" ? [clusterId] : [])));
  const states = targets.map(({ clusterId, state }) => changed.get(clusterId) ?? state);
  const count = (...of: readonly Target["state"][]): number => states.filter((state) => of.includes(state)).length;
  const inFlight = count("inFlight");
  const { strategy, acceptedFailures } = rollout;
  const maxFailures = amountOf(strategy.maxFailures, targets.length - count("left", "skipped", "unchanged")) + acceptedFailures;
  for (const { target, state, wave } of changes) {
    if (!given.has(target.clusterId) || state !== "inFlight" || wave === undefined) continue;
    const most = Math.max(1, amountOf(strategy.waves[wave]?.maxConcurrency ?? 1, waveSizes[wave] ?? 0));
    if (inFlight > most) return `${inFlight} are in flight, and wave ${wave} takes ${most}`;
    const strictly = maxFailures - count("failed") + 1;
    if (strategy.strictFailures && inFlight > strictly) return `${inFlight} are in flight, and ${strictly} may still fail`;
  }
  return undefined;
}
