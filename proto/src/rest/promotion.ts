import { Type, type Static } from "typebox";
import { Id, Name, PromotionState, ReasonText, Revision, Time, Trouble } from "./words.ts";

export const NewPromotion = Type.Object(
  {
    application: Name,
    environment: Name,
    revision: Revision,
    expectedRevision: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: "what is pinned now as far as the caller knows; 412 when it is not" }),
    ),
    reason: ReasonText,
  },
  { $id: "NewPromotion", additionalProperties: false },
);
export type NewPromotion = Static<typeof NewPromotion>;

export const NewRollback = Type.Object(
  {
    application: Name,
    environment: Name,
    cluster: Type.Optional(Type.String({ minLength: 1, maxLength: 53, description: "this cluster alone, by name" })),
    revision: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: "any earlier completed one; the newest completed before the present when absent",
      }),
    ),
    expectedRevision: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    reason: ReasonText,
  },
  { $id: "NewRollback", additionalProperties: false },
);
export type NewRollback = Static<typeof NewRollback>;

/** A request to move a pin. It becomes a commit in the fleet repository, and that commit starts the rollouts. */
export const Promotion = Type.Object(
  {
    id: Id,
    kind: Type.Enum(["Promotion", "Rollback"], { type: "string" }),
    application: Name,
    environment: Name,
    cluster: Type.Optional(Name),
    revision: Type.String(),
    state: PromotionState,
    reason: Type.String(),
    actor: Type.String(),
    commit: Type.Optional(Type.String({ description: "in the fleet repository" })),
    error: Type.Optional(Trouble),
    rollouts: Type.Array(Id, { description: "that the commit started; empty until it is projected" }),
    createdAt: Time,
    settledAt: Type.Optional(Time),
  },
  { $id: "Promotion" },
);
export type Promotion = Static<typeof Promotion>;
