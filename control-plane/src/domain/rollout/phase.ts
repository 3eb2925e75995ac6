export type Phase = "Pending" | "Running" | "Paused" | "Halted" | "RollingBack" | "Completed" | "RolledBack" | "Superseded" | "Aborted";
export type RolloutEvent =
  | "started"
  | "paused"
  | "resumed"
  | "budgetSpent"
  | "rollbackStarted"
  | "rolledBack"
  | "completed"
  | "superseded"
  | "aborted"
  | "takenUp";

/** The state machine: an absent entry is an illegal transition. */
const transitions: Readonly<Record<Phase, Partial<Record<RolloutEvent, Phase>>>> = {
  Pending: { started: "Running", paused: "Paused", superseded: "Superseded", aborted: "Aborted" },
  Running: {
    paused: "Paused",
    budgetSpent: "Halted",
    rollbackStarted: "RollingBack",
    completed: "Completed",
    superseded: "Superseded",
    aborted: "Aborted",
  },
  Paused: { resumed: "Running", rollbackStarted: "RollingBack", superseded: "Superseded", aborted: "Aborted" },
  Halted: { resumed: "Running", rollbackStarted: "RollingBack", superseded: "Superseded", aborted: "Aborted" },
  // Its rollback is a rollout of its own; this one waits for it.
  RollingBack: { rolledBack: "RolledBack", superseded: "Superseded", aborted: "Aborted" },
  Completed: {},
  RolledBack: {},
  Superseded: {},
  // Where nothing newer has begun, a person may have it go on where it stopped.
  Aborted: { takenUp: "Running" },
};

/** The phase after `event`, or undefined when the event is illegal here. Live code and replay both use this. */
export const nextPhase = (phase: Phase, event: RolloutEvent): Phase | undefined => transitions[phase][event];

const over: ReadonlySet<Phase> = new Set(["Completed", "RolledBack", "Superseded", "Aborted"]);

/** Whether anything becomes of the rollout by itself. At most one such rollout exists for a place and scope, and those that are rolled back beside it. */
export const isActive = (phase: Phase): boolean => !over.has(phase);
