import type { Instant } from "@drover/kit";
import type { Approval } from "../../domain/gate/judge-approvals.ts";
import type { Measurement } from "../../domain/gate/judge-measurements.ts";
import type { Gate, GatePlace, GateRun } from "../../domain/rollout/gate.ts";
import type { Phase } from "../../domain/rollout/phase.ts";

/** A gate's run as one look at the database found it. */
export interface GateSnapshot {
  readonly runId: string;
  readonly rolloutId: string;
  readonly application: string;
  readonly environment: string;
  readonly phase: Phase;
  /** Whether its answer is wanted now: a person's pause, a stop and a skipped wave ask for none. */
  readonly isAsked: boolean;
  readonly place: GatePlace;
  readonly waveName: string;
  readonly gate: Gate;
  readonly state: GateRun["state"];
  /** Rises when a failed gate is asked once more: what was measured and said before counts no longer. */
  readonly attempt: number;
  readonly openedAt: Instant;
  /** Whose change it is. */
  readonly initiator: string;
  /** Of this attempt. */
  readonly measurements: readonly Measurement[];
  readonly approvals: readonly Approval[];
}

/** What one look at the world came to; a Job takes its time. */
export type Measured =
  | ({ readonly kind: "Measured" } & Pick<Measurement, "ok" | "value" | "message">)
  | { readonly kind: "Wait"; readonly because: string; readonly until: Instant | undefined };
