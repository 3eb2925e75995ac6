import { Type, type Static } from "typebox";
import { ClusterIdText } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { AssignmentState, Counter, Digest, Id, Name, Reason, Time } from "./words.ts";

/** What one cluster had been given of one application at a time. */
export const HistoryEntry = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    application: Name,
    environment: Name,
    state: AssignmentState,
    generation: Counter,
    releaseId: Id,
    release: Type.String({ description: "the release's name, like web-42" }),
    revision: Type.String(),
    bundle: Digest,
    rolloutId: Type.Optional(Id),
    since: Type.String({ format: "date-time", description: "when it was given this" }),
    proven: Type.Boolean({ description: "whether it had been reported Synced and Healthy by then" }),
    provenAt: Type.Optional(Type.String({ format: "date-time", description: "when it first was, if it was by then" })),
  },
  { $id: "HistoryEntry" },
);
export type HistoryEntry = Static<typeof HistoryEntry>;

export const historyFields = listFields(HistoryEntry, {
  sorted: ["cluster", "application"],
  filtered: [
    "clusterId",
    "environment",
    "state",
    "generation",
    "releaseId",
    "release",
    "revision",
    "bundle",
    "rolloutId",
    "since",
    "proven",
  ],
});

export const History = Type.Object(
  {
    at: Time,
    completeSince: Type.String({
      format: "date-time",
      description: "records of earlier times are thinned out: a cluster that was changed often since may be missing then",
    }),
    items: Type.Array(HistoryEntry),
    nextPageToken: Type.Optional(Type.String()),
  },
  { $id: "History" },
);
export type History = Static<typeof History>;

/** Clusters that run one content, as last reported. */
export const ContentGroup = Type.Object(
  {
    revision: Type.String(),
    release: Type.String(),
    bundle: Digest,
    clusters: Counter,
    majority: Type.Boolean({ description: "most clusters run this revision, and most of them this bundle" }),
  },
  { $id: "ContentGroup" },
);
export type ContentGroup = Static<typeof ContentGroup>;

/** A cluster that runs something else than most of its peers. */
export const Outlier = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    revision: Type.String(),
    release: Type.String(),
    bundle: Digest,
    because: Type.Array(Reason, { description: "as far as known, the nearest reason first" }),
  },
  { $id: "Outlier" },
);
export type Outlier = Static<typeof Outlier>;

export const Outliers = Type.Object(
  {
    clusters: Type.Integer({ minimum: 0, description: "that have the application in this environment" }),
    groups: Type.Array(ContentGroup, { description: "the majority first, then by size; the first hundred" }),
    moreGroups: Counter,
    items: Type.Array(Outlier),
    nextPageToken: Type.Optional(Type.String()),
  },
  { $id: "Outliers" },
);
export type Outliers = Static<typeof Outliers>;
