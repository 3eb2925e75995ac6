import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { Counter, Digest, Id, Name, Time, Trouble } from "./words.ts";

export const Release = Type.Object(
  {
    id: Id,
    name: Type.String({ description: "for people, like web-42" }),
    application: Name,
    number: Counter,
    revision: Type.String({ description: "a full commit id" }),
    repository: Type.String(),
    path: Type.String(),
    render: Type.String({ description: "yaml or kustomize" }),
    author: Type.String(),
    message: Type.String(),
    committedAt: Time,
    createdAt: Time,
    problem: Type.Optional({
      ...Trouble,
      description: "why its objects could not be made of it, as it was last tried; absent when they could, or nobody has tried",
    } as typeof Trouble),
  },
  { $id: "Release" },
);
export type Release = Static<typeof Release>;

export const releaseFields = listFields(Release, {
  sorted: ["createdAt", "application", "number", "committedAt"],
  filtered: ["id", "name", "revision", "repository", "path", "render", "author", "message"],
});

export const Bundle = Type.Object(
  {
    digest: Digest,
    size: Type.Integer({ description: "bytes of canonical JSON" }),
    objects: Counter,
    createdAt: Time,
    releases: Type.Array(Type.String(), { description: "names of releases that rendered to it, newest first, at most 20" }),
  },
  { $id: "Bundle" },
);
export type Bundle = Static<typeof Bundle>;

/** Rendered objects as Kubernetes takes them. Values in a Secret's `data` and `stringData` are masked. */
export const RenderedObjects = Type.Object(
  {
    apiVersion: Type.Literal("v1"),
    kind: Type.Literal("List"),
    items: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "RenderedObjects" },
);
export type RenderedObjects = Static<typeof RenderedObjects>;
