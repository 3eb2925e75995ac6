import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Counter, GateDecision, GateState, GateType, GateWhen, Id, Name, ReasonText, Time } from "./words.ts";

export const GateMeasurement = Type.Object(
  {
    attempt: Counter,
    n: Counter,
    at: Time,
    ok: Type.Boolean(),
    value: Type.Optional(Type.String({ description: "what was seen" })),
    message: Type.String(),
  },
  { $id: "GateMeasurement" },
);

export const GateApproval = Type.Object(
  {
    attempt: Counter,
    subject: Type.String({ description: "like users/ada" }),
    role: Type.String(),
    decision: GateDecision,
    reason: Type.String(),
    at: Time,
  },
  { $id: "GateApproval" },
);

/** A gate of a rollout's wave that was opened. */
export const RolloutGate = Type.Object(
  {
    rolloutId: Id,
    gate: Name,
    type: GateType,
    wave: Type.String({ description: "the wave's name" }),
    when: GateWhen,
    state: GateState,
    message: Type.String({ description: "how far it is, or why it ended" }),
    attempt: Type.Integer({ minimum: 1, description: "rises when a failed gate is asked once more" }),
    openedAt: Time,
    nextAt: Type.Optional(Type.String({ format: "date-time", description: "when it is measured next, or gives up" })),
    settledAt: Type.Optional(Time),
    succeeded: Type.Integer({ minimum: 0, description: "measurements of this attempt that succeeded" }),
    failed: Type.Integer({ minimum: 0, description: "measurements of this attempt that failed" }),
    measurements: Type.Array(GateMeasurement, { maxItems: 20, description: "the newest of all attempts, newest first" }),
    approvals: Type.Array(GateApproval, { description: "of all attempts, oldest first" }),
  },
  { $id: "RolloutGate" },
);
export type RolloutGate = Static<typeof RolloutGate>;

export const gateFields = listFields(RolloutGate, {
  sorted: ["openedAt", "gate", "settledAt"],
  filtered: ["type", "wave", "when", "state", "message", "attempt", "nextAt"],
});

export const GateWave = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "its name, where several waves have a gate of this name",
});

export const DecideGate = Type.Object(
  {
    reason: ReasonText,
    wave: Type.Optional(GateWave),
  },
  { $id: "DecideGate", additionalProperties: false },
);
export type DecideGate = Static<typeof DecideGate>;
