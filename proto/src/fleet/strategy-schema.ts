import { Type, type Static } from "typebox";
import { Gate } from "./gate-schema.ts";
import { AtLeastOne, closed, CountOrPercent, Duration, LabelKey, LabelSelector, Name } from "./schema-words.ts";

const Wave = Type.Object(
  {
    name: Name,
    clusterSelector: Type.Optional(LabelSelector),
    clusters: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1000, description: "only these clusters, by name" })),
    count: Type.Optional({ ...AtLeastOne, description: "only the first so many of those that match, or such a share of them" }),
    sortBy: Type.Optional({
      ...LabelKey,
      description: "a label whose values order the wave, as text: 10 comes before 9; names order what they leave equal",
    }),
    maxConcurrency: Type.Optional(AtLeastOne),
    soakTime: Type.Optional(Duration),
    gates: Type.Optional(
      Type.Object(
        { before: Type.Optional(Type.Array(Gate, { maxItems: 10 })), after: Type.Optional(Type.Array(Gate, { maxItems: 10 })) },
        closed,
      ),
    ),
  },
  closed,
);

export const Strategy = Type.Object(
  {
    waves: Type.Optional(Type.Array(Wave, { maxItems: 50 })),
    autoWaves: Type.Optional(
      Type.Object({ size: AtLeastOne }, { ...closed, description: "cuts the clusters that no wave names into waves of this size" }),
    ),
    maxConcurrency: Type.Optional(AtLeastOne),
    maxFailures: Type.Optional(CountOrPercent),
    strictFailures: Type.Optional(
      Type.Boolean({ description: "never more in flight than may fail and one, so that failures stay within maxFailures + 1" }),
    ),
    minSuccessful: Type.Optional({ ...CountOrPercent, description: "clusters that have to succeed before the rollout is Completed" }),
    maxOffline: Type.Optional(CountOrPercent),
    offlinePolicy: Type.Optional(Type.Union([Type.Literal("Skip"), Type.Literal("Wait"), Type.Literal("Fail")])),
    progressDeadline: Type.Optional(Duration),
    degradedGracePeriod: Type.Optional(Duration),
    onFailure: Type.Optional(Type.Union([Type.Literal("Halt"), Type.Literal("Rollback")])),
    rollback: Type.Optional(Type.Object({ maxConcurrency: Type.Optional(AtLeastOne) }, closed)),
  },
  { ...closed, title: "Strategy", description: "strategies/<strategy>.yaml: how a change travels over clusters" },
);
export type Strategy = Static<typeof Strategy>;
