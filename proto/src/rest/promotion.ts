import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
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

const rollbackSubject = {
  application: Type.Optional(Name),
  environment: Type.Optional(Name),
  environments: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 200, description: "several, in one commit" })),
  everywhere: Type.Optional(Type.Boolean({ description: "every environment that the application is placed in" })),
  changeId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: "everything that this commit moved, of every application or of the one that is named",
    }),
  ),
  cluster: Type.Optional(Type.String({ minLength: 1, maxLength: 53, description: "this cluster alone, by name" })),
  revision: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: "one of the last that completed there (revisionHistoryLimit); the newest completed before the present when absent",
    }),
  ),
};

/** Names an application with one of environment, environments and everywhere; or a changeId. */
export const NewRollback = Type.Object(
  {
    ...rollbackSubject,
    expectedRevision: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "of a single environment" })),
    quarantine: Type.Optional(Type.Boolean({ description: "also forbid what is left, until somebody lifts it" })),
    reason: ReasonText,
  },
  { $id: "NewRollback", additionalProperties: false },
);
export type NewRollback = Static<typeof NewRollback>;

/** As a rollback, which it changes nothing of. */
export const PreviewRollback = Type.Object(
  { ...rollbackSubject, expectedRevision: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })) },
  { $id: "PreviewRollback", additionalProperties: false },
);
export type PreviewRollback = Static<typeof PreviewRollback>;

/** What a rollback would move, and what it cannot undo, judged by the objects that clusters have and would get. */
export const RollbackPreview = Type.Object(
  {
    places: Type.Array(
      Type.Object({
        application: Name,
        environment: Name,
        cluster: Type.Optional(Name),
        revision: Type.String({ description: "that it would go back to" }),
        from: Type.Array(Type.String(), { description: "revisions that the changing clusters have" }),
        clusters: Type.Integer({ description: "that would change" }),
        findings: Type.Array(
          Type.Object({
            severity: Type.Enum(["Danger", "Warning", "Note"], {
              type: "string",
              description:
                "Danger: data may be lost, or the API server refuses it. Warning: what the newer release did stays done. Note: what else comes and goes",
            }),
            object: Type.String({ description: "like Deployment/default/web" }),
            why: Type.String(),
            clusters: Type.Integer(),
          }),
        ),
        moreFindings: Type.Integer({ description: "that are left out" }),
      }),
    ),
  },
  { $id: "RollbackPreview" },
);
export type RollbackPreview = Static<typeof RollbackPreview>;

/** A request to move a pin. It becomes a commit in the fleet repository, and that commit starts the rollouts. */
export const Promotion = Type.Object(
  {
    id: Id,
    kind: Type.Enum(["Promotion", "Rollback"], { type: "string" }),
    application: Name,
    environment: Name,
    cluster: Type.Optional(Name),
    revision: Type.String(),
    places: Type.Optional(
      Type.Array(Type.Object({ application: Name, environment: Name, cluster: Type.Optional(Name), revision: Type.String() }), {
        description: "every pin that moves, where they are several",
      }),
    ),
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

export const promotionFields = listFields(Promotion, {
  sorted: ["createdAt", "application", "environment", "actor"],
  filtered: ["id", "kind", "cluster", "revision", "state", "reason", "commit", "settledAt"],
});

export const ResumeAutoPromotion = Type.Object({ reason: ReasonText }, { $id: "ResumeAutoPromotion", additionalProperties: false });

export const ResumedAutoPromotion = Type.Object(
  {
    application: Name,
    environment: Name,
    commit: Type.Optional(Type.String({ description: "in the fleet repository; absent while it is being written" })),
  },
  { $id: "ResumedAutoPromotion" },
);
export type ResumedAutoPromotion = Static<typeof ResumedAutoPromotion>;
