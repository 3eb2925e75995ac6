import { type ClusterId, later } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { planRemoval, type RemovalPlan, type RemovalTarget, type DeletionPolicy } from "../../domain/removal/plan.ts";
import type { Caller } from "../access/caller.ts";
import type { IntentStore } from "../fleet/intent-store.ts";
import type { Outcome } from "../work-queue.ts";

/** An entry under `removals/`, by its kind and name. */
export interface RemovalName {
  readonly kind: "ApplicationRemoval" | "ClusterRemoval";
  readonly name: string;
}

export interface RemovalSnapshot {
  /** Undefined when the entry is not there any more. */
  readonly policy: DeletionPolicy | undefined;
  readonly reason: string;
  readonly targets: readonly RemovalTarget[];
  /** The cluster that leaves the fleet, while it has an identity. */
  readonly leaving: ClusterId | undefined;
  /** A commit that takes the entry out is on its way. */
  readonly isEnding: boolean;
  /** By the emergency stop. */
  readonly isStopped: boolean;
}

/** PostgreSQL implements this in adapters/pg. */
export interface RemovalStore {
  load(removal: RemovalName): Promise<RemovalSnapshot>;
  /** Assignments and envelopes, in one transaction. What git places by then is left alone. */
  commit(policy: DeletionPolicy | undefined, plan: RemovalPlan): Promise<void>;
}

interface ReconcileRemovalDeps {
  readonly removals: RemovalStore;
  readonly intents: Pick<IntentStore, "add">;
  /** The NATS servers hear of it as of every revocation. */
  readonly revoke: (cluster: ClusterId, reason: string, caller: Caller) => Promise<unknown>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** Placements and reports ask for a look; this is for whatever asked nobody, such as another environment that took the cluster over. */
const eventuallyMs = 5_000;

/** Handler of the queue `removal`, whose keys are `<kind> <name>`: has agents remove what git says, and takes the entry out when all have. */
export const createRemovalReconciler =
  (deps: ReconcileRemovalDeps) =>
  async (key: string): Promise<Outcome> => {
    const [kind, name = ""] = key.split(" ");
    const removal: RemovalName = { kind: kind as RemovalName["kind"], name };
    const snapshot = await deps.removals.load(removal);
    const plan = planRemoval(snapshot.policy, snapshot.targets, snapshot);
    await deps.removals.commit(snapshot.policy, plan);
    if (snapshot.policy === undefined) return { kind: "done" };
    if (plan.isOver) await end(deps, removal, snapshot);
    return { kind: "recheck", at: later(deps.clock.now(), eventuallyMs) };
  };

async function end(deps: ReconcileRemovalDeps, { kind, name }: RemovalName, { leaving, reason, isEnding }: RemovalSnapshot): Promise<void> {
  const id = deps.newId();
  const caller: Caller = { actor: "drover", role: "admin", requestId: id, traceparent: undefined };
  if (leaving !== undefined) await deps.revoke(leaving, reason, caller);
  if (isEnding) return;
  const edit = { kind: "end-removal", of: kind, name } as const;
  await deps.intents.add(
    { id, kind: "RemovalDone", subject: name, edit, reason: "nothing is left to remove", actor: caller.actor },
    caller,
  );
}
