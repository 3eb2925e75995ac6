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
