import type { RolloutSnapshot } from "../../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { RolloutPlan } from "../../../control-plane/src/domain/rollout/plan.ts";
import type { Health } from "@drover/proto/wire";
import type { Agent } from "../agent.ts";
import type { Applied } from "../applications.ts";
import type { MemoryDatabase } from "../memory/database.ts";
import type { Change } from "../memory/table.ts";
import type { Schedule } from "../schedule.ts";

/** Sees every step that could break a promise: nothing else changes what they speak of. */
export interface Invariants {
  committed(changes: readonly Change[]): void;
  /** After its commit. The snapshot is what the planner went by. */
  planned(snapshot: RolloutSnapshot, plan: RolloutPlan): void;
  accepted(agent: Agent): void;
  applying(agent: Agent, application: string, applied: Applied): void;
  /** What really became of a cluster's application, whoever hears of it. */
  became(agent: Agent, application: string, applied: Applied, health: Health): void;
}

/** What is looked at. */
export interface Watched {
  readonly database: MemoryDatabase;
  readonly schedule: Schedule;
  nameOf(cluster: string): string;
  fail(invariant: string, message: string): void;
}

export type Watch = (world: Watched) => Partial<Invariants>;
