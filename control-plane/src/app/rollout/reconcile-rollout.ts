import type { Instant } from "@drover/kit";
import { canonicalJson } from "@drover/kit";
import { withSpan } from "@drover/kit/node";
import { planRollout, type Rollout, type RolloutPlan } from "../../domain/rollout/plan.ts";
import type { HoldSummary } from "../../domain/rollout/holds.ts";
import type { Target } from "../../domain/rollout/target.ts";
import { restrictAt, type RestrictionFacts } from "../../domain/window/restrict.ts";
import { failpoint } from "../failpoint.ts";
import type { Outcome } from "../work-queue.ts";

/** A rollout and its clusters as one look at the database found them. */
export interface RolloutSnapshot {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly version: number;
  readonly traceparent: string | undefined;
  readonly rollout: Omit<Rollout, "restrictions">;
  readonly holds: readonly HoldSummary[];
  /** Without their windows, which `restrictedBy` has. */
  readonly targets: readonly Target[];
  readonly restrictedBy: RestrictionFacts;
}

/** PostgreSQL implements this in adapters/pg. */
export interface RolloutStore {
  load(id: string): Promise<RolloutSnapshot | undefined>;
  /**
   * Everything that the plan decides, in one transaction: phase, targets, assignments with their generations, envelopes to send,
   * transitions and events. Throws `stale` ROLLOUT_CHANGED when the snapshot's version has moved.
   */
  commit(snapshot: RolloutSnapshot, plan: RolloutPlan): Promise<void>;
}

interface ReconcileRolloutDeps {
  readonly rollouts: RolloutStore;
  readonly clock: { now(): Instant };
}

/** Handler of the queue `rollout`: looks at one rollout and carries out what may be carried out now. */
export const createRolloutReconciler =
  ({ rollouts, clock }: ReconcileRolloutDeps) =>
  async (id: string, signal: AbortSignal): Promise<Outcome> => {
    signal.throwIfAborted();
    const snapshot = await rollouts.load(id);
    if (snapshot === undefined) return { kind: "done" };
    const plan = planAt(snapshot, clock.now());
    if (hasNews(snapshot, plan))
      await withSpan("rollout.reconcile", { parent: snapshot.traceparent, attributes: { "drover.rollout": id } }, async () => {
        failpoint("rollout.commit.before");
        await rollouts.commit(snapshot, plan);
        failpoint("rollout.commit.after");
      });
    return plan.recheckAt === undefined ? { kind: "done" } : { kind: "recheck", at: plan.recheckAt };
  };

function planAt({ rollout, targets, restrictedBy }: RolloutSnapshot, now: Instant): RolloutPlan {
  const { restrictions, closedClusters } = restrictAt(restrictedBy, now);
  const restricted =
    closedClusters.size === 0 ? targets : targets.map((target) => ({ ...target, window: closedClusters.get(target.clusterId) }));
  return planRollout({ ...rollout, restrictions }, restricted, now);
}

const hasNews = (snapshot: RolloutSnapshot, plan: RolloutPlan): boolean =>
  plan.event !== undefined ||
  plan.changes.length > 0 ||
  plan.opens.length > 0 ||
  canonicalJson(plan.holds) !== canonicalJson(snapshot.holds);
