import { Type, type Static } from "typebox";

/** Something that was searched for: enough to show it and to go there. */
export const SearchHit = Type.Object(
  {
    kind: Type.Enum(["Cluster", "Application", "Environment", "Release", "Rollout"], { type: "string" }),
    name: Type.String({ description: "what its `get` takes: a name, or the id of a rollout" }),
    title: Type.String({ description: "for people" }),
    detail: Type.Optional(
      Type.String({ description: "what tells it from others like it: a cluster's state, a release's commit, a rollout's phase" }),
    ),
  },
  { $id: "SearchHit" },
);
export type SearchHit = Static<typeof SearchHit>;

export const maxSearchHits = 20;
