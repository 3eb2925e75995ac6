import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Time } from "./words.ts";

export const AuditEntry = Type.Object(
  {
    id: Type.String(),
    at: Time,
    actor: Type.String({ description: "users/<subject>, clusters/<id>, git/<author> or drover" }),
    action: Type.String(),
    object: Type.String(),
    result: Type.Enum(["Allowed", "Refused"], { type: "string" }),
    requestId: Type.String(),
    details: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: "AuditEntry" },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const auditFields = listFields(AuditEntry, { sorted: ["at"], filtered: ["id", "actor", "action", "object", "result", "requestId"] });

/** Something happened. It carries ids; read the resource for what is true now. */
export const Event = Type.Object(
  {
    cursor: Type.String({ description: "resume after this one with `after` or Last-Event-ID; opaque" }),
    at: Time,
    kind: Type.String({ description: "like RolloutChanged, TargetChanged, StatusChanged, PromotionCommitted" }),
    subject: Type.String({ description: "like rollouts/<id>" }),
    body: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: "Event" },
);
export type Event = Static<typeof Event>;

/** Events have one order, in which they can be followed. */
export const eventFields = listFields(Event, { sorted: [], filtered: ["at", "kind", "subject"] });
