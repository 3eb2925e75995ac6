import { Type, type Static } from "typebox";
import { ClusterIdText } from "../wire/words.ts";
import { Counter, Digest, Id, Name, Reason, Revision, RolloutScope, Trouble } from "./words.ts";

export const PreviewRollout = Type.Object(
  {
    application: Name,
    environment: Name,
    revision: Type.Optional(
      Type.Unsafe<string>({
        ...Revision,
        description: "as if this were pinned: a commit, branch or tag of the source; what git asks for when absent",
      }),
    ),
  },
  { $id: "PreviewRollout", additionalProperties: false },
);
export type PreviewRollout = Static<typeof PreviewRollout>;

const Content = Type.Object({ revision: Type.String(), bundle: Digest });

const ObjectNames = Type.Object({ count: Counter, names: Type.Array(Type.String(), { description: "the first ten" }) });

/** What changes on clusters that go from one content to another. */
export const PreviewChange = Type.Object(
  {
    id: Type.String({ description: "clusters name it as `change`" }),
    clusters: Counter,
    from: Type.Optional(Content),
    to: Content,
    added: Type.Optional(ObjectNames),
    changed: Type.Optional(ObjectNames),
    removed: Type.Optional(ObjectNames),
    message: Type.String({ description: "like `480 clusters: Deployment shop/web changed`" }),
  },
  { $id: "PreviewChange" },
);
export type PreviewChange = Static<typeof PreviewChange>;

export const PreviewWave = Type.Object(
  {
    index: Counter,
    name: Type.String(),
    clusters: Counter,
    maxConcurrency: Counter,
    soakSeconds: Counter,
    gates: Type.Array(Type.Object({ when: Type.Enum(["Before", "After"], { type: "string" }), name: Type.String(), type: Type.String() })),
  },
  { $id: "PreviewWave" },
);
export type PreviewWave = Static<typeof PreviewWave>;

/** A rollout that would begin. */
export const PreviewedRollout = Type.Object(
  {
    scope: RolloutScope,
    supersedes: Type.Optional(Id),
    waves: Type.Array(PreviewWave),
    holds: Type.Array(Reason, { description: "what would keep clusters from leaving at once" }),
  },
  { $id: "PreviewedRollout" },
);
export type PreviewedRollout = Static<typeof PreviewedRollout>;

export const PreviewCluster = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    effect: Type.Enum(["Dispatch", "Wait", "Unchanged", "Join", "AtOnce", "Leave", "Held", "NotEnrolled"], {
      type: "string",
      description:
        "Dispatch: at once, as the first of its wave. Wait: in its wave, when `because` no longer holds. Unchanged: it has this content. " +
        "Join: the rollout under way. AtOnce: without a rollout. Leave: it keeps what runs. Held: nothing is done for it",
    }),
    scope: Type.Optional(RolloutScope),
    wave: Type.Optional({ ...Counter, description: "its index; with Join, among those of the rollout under way" } as typeof Counter),
    change: Type.Optional(Type.String()),
    because: Type.Optional(Reason),
  },
  { $id: "PreviewCluster" },
);
export type PreviewCluster = Static<typeof PreviewCluster>;

export const RolloutPreview = Type.Object(
  {
    application: Name,
    environment: Name,
    revision: Type.Optional(Type.String({ description: "a full commit of the source" })),
    problem: Type.Optional(Trouble),
    warnings: Type.Array(Reason, { description: "what is legal and may surprise: empty or overlapping waves, nobody to reach" }),
    rollouts: Type.Array(PreviewedRollout, { description: "none when every cluster has, or is about to have, what is asked for" }),
    changes: Type.Array(PreviewChange, { description: "clusters with identical changes share one" }),
    clusters: Type.Array(PreviewCluster, { description: "every cluster of the environment, by name" }),
  },
  { $id: "RolloutPreview" },
);
export type RolloutPreview = Static<typeof RolloutPreview>;
