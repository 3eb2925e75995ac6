import { Type, type Static } from "typebox";
import { clusterIdPattern } from "@drover/kit";
import { serviceAccountPattern } from "../wire/envelope.ts";
import { AutoPromotion, Windows } from "./window-schema.ts";
import { closed, LabelMap, LabelSelector, Name, Reason, Revision } from "./schema-words.ts";

export { Notification, type Receiver } from "./notification-schema.ts";
export { Strategy } from "./strategy-schema.ts";
export { AutoPromotion, Freeze, type Window } from "./window-schema.ts";

/**
 * Inputs of a render. `null` declares a key that an override, an environment or a cluster must give. Keys that JavaScript gives a
 * meaning are refused: values are merged in many places.
 */
export const Values = Type.Record(
  Type.String({ pattern: "^(?!(__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,62}$" }),
  Type.Union([Type.String({ maxLength: 4096 }), Type.Number(), Type.Boolean(), Type.Null()]),
  { ...closed, description: "keys of letters, digits and underscores that do not begin with a digit" },
);
export type Values = Static<typeof Values>;

const Source = Type.Object(
  {
    repository: Type.String({ minLength: 1, maxLength: 2048, description: "https://… or ssh://…; never with credentials in it" }),
    ref: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: "branch or tag, main when absent" })),
    path: Type.Optional(Type.String({ maxLength: 1024, description: "folder in the repository, its root when absent" })),
    credentialsRef: Type.Optional(Name),
  },
  closed,
);

const Render = Type.Object(
  {
    kind: Type.Union([Type.Literal("yaml"), Type.Literal("kustomize")]),
    substitute: Type.Optional(Type.Boolean({ description: "replace ${key} in string values by the inputs" })),
  },
  closed,
);

const SyncOption = Type.Union(
  [
    "CreateNamespace=true",
    "ServerSideApply=true",
    "Replace=true",
    "Recreate=true",
    "Prune=false",
    "Prune=confirm",
    "Delete=false",
    "Delete=confirm",
    "PruneLast=true",
    "ApplyOutOfSyncOnly=true",
    "RespectIgnoreDifferences=true",
    "FailOnSharedResource=true",
  ].map((option) => Type.Literal(option)),
);

const ServiceAccountName = Type.String({
  pattern: serviceAccountPattern,
  description: "a ServiceAccount: its name in the application's namespace, or namespace/name",
});

const IgnoreDifference = Type.Object(
  {
    group: Type.Optional(Type.String({ maxLength: 253, description: "of the objects, empty for the core group; any when absent" })),
    kind: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
    namespace: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    jsonPointers: Type.Optional(
      Type.Array(Type.String({ pattern: "^/", maxLength: 1024, description: "a JSON pointer such as /spec/replicas" }), { maxItems: 50 }),
    ),
    jsonPaths: Type.Optional(
      Type.Array(Type.String({ pattern: "^\\$", maxLength: 1024, description: "a JSONPath (RFC 9535), which begins with $" }), {
        maxItems: 50,
      }),
    ),
    managers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        maxItems: 50,
        description: "field managers whose fields are left to them",
      }),
    ),
  },
  closed,
);

const Expression = Type.String({ minLength: 1, maxLength: 2048, description: "a CEL expression" });
const HealthRule = Type.Object(
  {
    group: Type.String({ maxLength: 253 }),
    kind: Type.String({ minLength: 1, maxLength: 63 }),
    current: Expression,
    inProgress: Type.Optional(Expression),
    failed: Type.Optional(Expression),
  },
  closed,
);

export const Application = Type.Object(
  {
    project: Type.Optional(Name),
    source: Source,
    render: Type.Optional(Render),
    values: Type.Optional(Values),
    overrides: Type.Optional(Type.Array(Type.Object({ clusterSelector: LabelSelector, values: Values }, closed), { maxItems: 200 })),
    destination: Type.Optional(Type.Object({ namespace: Type.Optional(Name) }, closed)),
    syncPolicy: Type.Optional(
      Type.Object(
        {
          prune: Type.Optional(Type.Boolean()),
          selfHeal: Type.Optional(Type.Boolean()),
          whenToTakeOver: Type.Optional(Type.Union([Type.Literal("Always"), Type.Literal("IfNoDiff"), Type.Literal("Never")])),
          mode: Type.Optional(
            Type.Union([Type.Literal("Apply"), Type.Literal("Report")], {
              description: "Report changes nothing and says what would be changed",
            }),
          ),
          syncOptions: Type.Optional(Type.Array(SyncOption, { maxItems: 32 })),
        },
        closed,
      ),
    ),
    ignoreDifferences: Type.Optional(Type.Array(IgnoreDifference, { maxItems: 100 })),
    healthRules: Type.Optional(Type.Array(HealthRule, { maxItems: 50, description: "how to tell the health of custom kinds" })),
    revisionHistoryLimit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: "how many completed revisions of an environment a rollback may choose from, 10 when absent",
      }),
    ),
    dependsOn: Type.Optional(
      Type.Array(Name, { maxItems: 16, description: "applications of the same cluster that have to be Synced and Healthy first" }),
    ),
    drift: Type.Optional(
      Type.Object(
        {
          mode: Type.Optional(Type.Union([Type.Literal("correct"), Type.Literal("warn"), Type.Literal("off")])),
          people: Type.Optional(Type.Union([Type.Literal("evict"), Type.Literal("report"), Type.Literal("keep")])),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: "Application", description: "applications/<application>.yaml: what is deployed" },
);
export type Application = Static<typeof Application>;

export const Environment = Type.Object(
  {
    clusterSelector: LabelSelector,
    promotesFrom: Type.Optional(Type.Array(Name, { maxItems: 16, description: "a revision must have completed in one of them first" })),
    strategy: Type.Optional(Name),
    track: Type.Optional(Type.Literal("head", { description: "follow the source's ref where no pin holds" })),
    applications: Type.Optional(Type.Array(Name, { maxItems: 1000, description: "with track: only these; all when absent" })),
    source: Type.Optional(
      Type.Object(
        { ref: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })), path: Type.Optional(Type.String({ maxLength: 1024 })) },
        closed,
      ),
    ),
    values: Type.Optional(Values),
    windows: Type.Optional(Windows),
  },
  { ...closed, title: "Environment", description: "environments/<environment>.yaml: a named group of clusters and how it is reached" },
);
export type Environment = Static<typeof Environment>;

export const Cluster = Type.Object(
  {
    id: Type.String({ pattern: clusterIdPattern }),
    project: Type.Optional(Name),
    labels: Type.Optional(LabelMap),
    values: Type.Optional(Values),
    windows: Type.Optional(Windows),
  },
  { ...closed, title: "Cluster", description: "clusters/<cluster>.yaml: written by enrolment, edited by people" },
);
export type Cluster = Static<typeof Cluster>;

const NameOrAny = Type.String({ minLength: 1, maxLength: 2048 });
export const Project = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    sources: Type.Optional(Type.Array(NameOrAny, { maxItems: 200, description: "repository URLs, * at the end matches any rest" })),
    destinations: Type.Optional(Type.Array(Type.Object({ clusterSelector: LabelSelector }, closed), { maxItems: 200 })),
    namespaces: Type.Optional(Type.Array(NameOrAny, { maxItems: 1000, description: "* at the end matches any rest" })),
    serviceAccountName: Type.Optional(ServiceAccountName),
    kinds: Type.Optional(
      Type.Array(NameOrAny, { maxItems: 1000, description: "group/Kind, Kind alone in the core group; * at the end matches any rest" }),
    ),
    windows: Type.Optional(Windows),
    autoPromotion: Type.Optional(Type.Array(AutoPromotion, { maxItems: 200 })),
  },
  { ...closed, title: "Project", description: "projects/<project>.yaml: what a tenant may use" },
);
export type Project = Static<typeof Project>;

export const Pin = Type.Object(
  {
    revision: Type.Optional(Revision),
    reason: Type.Optional(Reason),
    promotion: Type.Optional(
      Type.Literal("Automatic", { description: "auto-promotion may move it; a pin without this is a person's, and holds auto-promotion" }),
    ),
    clusters: Type.Optional(
      Type.Record(Name, Type.Object({ revision: Revision, reason: Type.Optional(Reason) }, closed), {
        ...closed,
        description: "names of clusters",
      }),
    ),
  },
  { ...closed, title: "Pin", description: "pins/<environment>/<application>.yaml: the revision an environment should run, and exceptions" },
);
export type Pin = Static<typeof Pin>;

export const Quarantine = Type.Object(
  { revisions: Type.Array(Type.Object({ revision: Revision, reason: Reason }, closed), { maxItems: 1000 }) },
  { ...closed, title: "Quarantine", description: "quarantines/<application>.yaml: revisions nobody may roll out" },
);
export type Quarantine = Static<typeof Quarantine>;

const deletionPolicy = Type.Union([Type.Literal("Delete"), Type.Literal("Orphan")]);

export const ApplicationRemoval = Type.Object(
  { deletionPolicy, reason: Type.Optional(Reason) },
  {
    ...closed,
    title: "ApplicationRemoval",
    description:
      "removals/applications/<environment>/<application>.yaml: its objects there go, or stay as nobody's; taken out when every agent has done it",
  },
);
export type ApplicationRemoval = Static<typeof ApplicationRemoval>;

export const ClusterRemoval = Type.Object(
  { id: Type.String({ pattern: clusterIdPattern }), deletionPolicy, reason: Type.Optional(Reason) },
  {
    ...closed,
    title: "ClusterRemoval",
    description: "removals/clusters/<cluster>.yaml: what the cluster runs goes, or stays as nobody's; then its identity ends",
  },
);
export type ClusterRemoval = Static<typeof ClusterRemoval>;

export const Fleet = Type.Object(
  {
    apiVersion: Type.Literal("drover.dev/v1"),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    windows: Type.Optional(Windows),
  },
  { ...closed, title: "Fleet", description: "drover.yaml: marks a fleet repository" },
);
export type Fleet = Static<typeof Fleet>;
