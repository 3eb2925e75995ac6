import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Counter, Digest, Id, Name, ReasonText, Time } from "./words.ts";

/** Deletions that agents hold back: clusters that would lose exactly the same objects stand together. */
export const HeldPrune = Type.Object(
  {
    id: Type.String({ description: "<application>@<environment>@<hash>" }),
    application: Name,
    environment: Name,
    hash: Type.String({ description: "of the sorted list of objects that would be deleted" }),
    objects: Counter,
    clusters: Type.Array(Name, { description: "up to a hundred of them, by name" }),
    clusterCount: Counter,
    since: Time,
    approvedAt: Type.Optional(Time),
  },
  { $id: "HeldPrune" },
);
export type HeldPrune = Static<typeof HeldPrune>;

export const heldPruneFields = listFields(HeldPrune, {
  sorted: ["application", "environment", "since", "objects", "clusterCount"],
  filtered: ["id", "hash", "approvedAt"],
});

/** Releases one list, for every cluster of the place that would lose exactly these objects, for seven days. */
export const NewPruneApproval = Type.Object(
  { application: Name, environment: Name, hash: Digest, reason: ReasonText },
  { $id: "NewPruneApproval", additionalProperties: false },
);
export type NewPruneApproval = Static<typeof NewPruneApproval>;

export const PruneApproval = Type.Object(
  {
    id: Id,
    application: Name,
    environment: Name,
    hash: Digest,
    actor: Type.String(),
    reason: Type.String(),
    approvedAt: Time,
    clusterCount: Type.Integer({ minimum: 0, description: "clusters that held this list when it was approved" }),
  },
  { $id: "PruneApproval" },
);
export type PruneApproval = Static<typeof PruneApproval>;
