import { Type, type Static } from "typebox";
import { Counter, Health, Name, Sync, Time } from "./words.ts";

/** What an agent answers to each kind of query but `logs`, as the JSON that its chunks add up to. Secret values are masked in the agent. */

const identity = {
  group: Type.String({ maxLength: 253 }),
  kind: Type.String({ maxLength: 63 }),
  namespace: Type.Optional(Type.String({ maxLength: 63 })),
  name: Type.String({ maxLength: 253 }),
};

const AnyObject = Type.Record(Type.String(), Type.Unknown());

export const TreeNode = Type.Object(
  {
    ...identity,
    /** Place of its owner in the list; owners come first. Absent for what the application itself applies. */
    parent: Type.Optional(Counter),
    /** Of what the application itself applies. */
    sync: Type.Optional(Sync),
    health: Health,
    reason: Type.Optional(Type.String({ maxLength: 64 })),
    message: Type.Optional(Type.String({ maxLength: 1024 })),
    /** For pods: the container that explains their health. */
    container: Type.Optional(Type.String({ maxLength: 63 })),
    createdAt: Type.Optional(Time),
  },
  { $id: "TreeNode" },
);
export type TreeNode = Static<typeof TreeNode>;

/** The application's objects and, by their owner references, everything that came of them, down to pods. */
export const TreeAnswer = Type.Object(
  {
    application: Name,
    sync: Sync,
    health: Health,
    nodes: Type.Array(TreeNode, { maxItems: 20_000 }),
    /** There are more than the list holds. */
    truncated: Type.Optional(Type.Boolean()),
  },
  { $id: "Tree" },
);
export type TreeAnswer = Static<typeof TreeAnswer>;

export const Difference = Type.Object(
  {
    ...identity,
    /** What a sync would do: create it, change it, delete it; or it could not be compared. */
    change: Type.Union([Type.Literal("Create"), Type.Literal("Change"), Type.Literal("Delete"), Type.Literal("Unknown")]),
    /** Such as `.spec.replicas`. */
    fields: Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 1000 }),
    /** As it is in the cluster, without what the API server keeps for itself; absent with `Create`. */
    live: Type.Optional(AnyObject),
    /** As it would be after a sync; absent with `Delete`. */
    desired: Type.Optional(AnyObject),
    /** With `Unknown`: why. */
    message: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  { $id: "Difference" },
);
export type Difference = Static<typeof Difference>;

/** Of `diff`, by what the agent knows, and of `dryRun`, by asking the API server. What does not differ is not listed. */
export const DiffAnswer = Type.Object(
  {
    application: Name,
    objects: Type.Array(Difference, { maxItems: 10_000 }),
    /** Objects that were compared. */
    compared: Counter,
    truncated: Type.Optional(Type.Boolean()),
  },
  { $id: "Diff" },
);
export type DiffAnswer = Static<typeof DiffAnswer>;

export const LiveAnswer = Type.Object({ object: AnyObject }, { $id: "LiveObject" });
export type LiveAnswer = Static<typeof LiveAnswer>;

export const ObjectEvent = Type.Object(
  {
    object: Type.Object(identity),
    /** Kubernetes' own: Normal or Warning. */
    type: Type.String({ maxLength: 64 }),
    reason: Type.String({ maxLength: 128 }),
    message: Type.String({ maxLength: 1024 }),
    count: Counter,
    firstAt: Type.Optional(Time),
    lastAt: Type.Optional(Time),
  },
  { $id: "ObjectEvent" },
);
export type ObjectEvent = Static<typeof ObjectEvent>;

/** Kubernetes' events about objects of the application's tree, oldest first. */
export const EventsAnswer = Type.Object({ items: Type.Array(ObjectEvent, { maxItems: 5_000 }) }, { $id: "ObjectEvents" });
export type EventsAnswer = Static<typeof EventsAnswer>;

/** How the application stands once everything was looked at anew, and synced where its policy says so. */
export const RefreshAnswer = Type.Object(
  {
    application: Name,
    sync: Sync,
    health: Health,
    reason: Type.Optional(Type.String({ maxLength: 64 })),
    message: Type.Optional(Type.String({ maxLength: 256 })),
  },
  { $id: "Refreshed" },
);
export type RefreshAnswer = Static<typeof RefreshAnswer>;
