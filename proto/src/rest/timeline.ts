import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Counter, Name, Reason, Time } from "./words.ts";

/** One thing that happened to a rollout. Clusters that one step moved alike share an entry. */
export const TimelineEntry = Type.Object(
  {
    at: Time,
    kind: Type.String({ description: "whose step it is, like Promotion, Rollout, Clusters, Gate, Approval, Order" }),
    event: Type.String({ description: "what happened, like created, Dispatched, budgetSpent" }),
    message: Type.String(),
    actor: Type.String(),
    step: Type.Optional(Counter),
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    wave: Type.Optional(Type.String()),
    clusters: Type.Optional(Type.Object({ count: Counter, names: Type.Array(Name, { description: "the first five by name" }) })),
    because: Type.Optional(Reason),
  },
  { $id: "TimelineEntry" },
);
export type TimelineEntry = Static<typeof TimelineEntry>;

export const timelineFields = listFields(TimelineEntry, { sorted: ["at"], filtered: ["kind", "event", "actor", "step", "wave"] });
