import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Id, Name, ReasonText, Time, Trouble } from "./words.ts";

/** What nobody may roll out: a revision, everywhere; or what the files made of one, in one environment. */
export const Quarantine = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 400, description: "<application>@<revision>, or of contents an opaque id" }),
    kind: Type.Enum(["Revision", "Content"], {
      type: "string",
      description: "Content: the revision is not refused, only what the files made of it in this environment",
    }),
    application: Name,
    environment: Type.Optional(Name),
    revision: Type.String(),
    reason: Type.String(),
    state: Type.Enum(["Pending", "Committed", "InForce"], {
      type: "string",
      description:
        "a revision is Pending until the fleet repository says it; contents, which no file names, are InForce. Each refuses at once",
    }),
    rolloutId: Type.Optional(Type.String({ description: "of the rollout that was rolled back" })),
    commit: Type.Optional(Type.String({ description: "of contents: the fleet commit that brought them" })),
    error: Type.Optional(Trouble),
    createdAt: Type.Optional(Time),
  },
  { $id: "Quarantine" },
);
export type Quarantine = Static<typeof Quarantine>;

export const quarantineFields = listFields(Quarantine, {
  sorted: ["application", "createdAt"],
  filtered: ["id", "kind", "environment", "revision", "reason", "state", "rolloutId", "commit"],
});

export const LiftQuarantine = Type.Object({ reason: ReasonText }, { $id: "LiftQuarantine", additionalProperties: false });
export type LiftQuarantine = Static<typeof LiftQuarantine>;

/** What was lifted. Nothing moves by itself: promote the revision again, or the files are looked at anew. */
export const LiftedQuarantine = Type.Object(
  { id: Type.String(), application: Name, revision: Type.String(), commit: Type.Optional(Id) },
  { $id: "LiftedQuarantine" },
);
export type LiftedQuarantine = Static<typeof LiftedQuarantine>;
