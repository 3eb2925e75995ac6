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
  | "aborted";

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
  RollingBack: { paused: "Paused", budgetSpent: "Halted", rolledBack: "RolledBack", superseded: "Superseded" },
  Completed: {},
  RolledBack: {},
  Superseded: {},
  Aborted: {},
};

/** The phase after `event`, or undefined when the event is illegal here. Live code and replay both use this. */
export const nextPhase = (phase: Phase, event: RolloutEvent): Phase | undefined => transitions[phase][event];

/** Whether the rollout can still do something. At most one such rollout exists for a place and scope. */
export const isActive = (phase: Phase): boolean => Object.keys(transitions[phase]).length > 0;
