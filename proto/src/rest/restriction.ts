import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Id, Name, ReasonText, Time } from "./words.ts";

/** Sets freezes and closed windows aside, of one place or a whole environment, for a while. The emergency stop stays. */
export const NewBreakGlass = Type.Object(
  {
    environment: Name,
    application: Type.Optional(Name),
    reason: ReasonText,
    ttl: Type.String({ pattern: "^(\\d+(ms|s|m|h|d))+$", maxLength: 20, description: "how long, such as 1h; at most 24h" }),
  },
  { $id: "NewBreakGlass", additionalProperties: false },
);
export type NewBreakGlass = Static<typeof NewBreakGlass>;

export const BreakGlass = Type.Object(
  {
    id: Id,
    environment: Name,
    application: Type.Optional(Name),
    state: Type.Enum(["Open", "Expired", "Ended"], { type: "string" }),
    actor: Type.String(),
    reason: Type.String(),
    createdAt: Time,
    expiresAt: Time,
    endedAt: Type.Optional(Time),
    endedBy: Type.Optional(Type.String()),
  },
  { $id: "BreakGlass" },
);
export type BreakGlass = Static<typeof BreakGlass>;

export const breakGlassFields = listFields(BreakGlass, {
  sorted: ["createdAt", "environment", "expiresAt"],
  filtered: ["id", "application", "state", "actor", "reason", "endedAt", "endedBy"],
});

export const EndBreakGlass = Type.Object({ reason: ReasonText }, { $id: "EndBreakGlass", additionalProperties: false });
export type EndBreakGlass = Static<typeof EndBreakGlass>;

export const StopFleet = Type.Object({ reason: ReasonText }, { $id: "StopFleet", additionalProperties: false });
export type StopFleet = Static<typeof StopFleet>;

/** While it holds, nothing is dispatched to any cluster, rollbacks neither. */
export const EmergencyStop = Type.Object(
  {
    stopped: Type.Boolean(),
    actor: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    since: Type.Optional(Time),
  },
  { $id: "EmergencyStop" },
);
export type EmergencyStop = Static<typeof EmergencyStop>;
