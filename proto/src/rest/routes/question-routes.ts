import { Type } from "typebox";
import { DiffAnswer, EventsAnswer, LiveAnswer, RefreshAnswer, TreeAnswer } from "../../wire/answers.ts";
import { queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { ClusterRef, Name } from "../words.ts";

const application = Type.Object({ cluster: ClusterRef, application: Name });

const Group = Type.String({ minLength: 1, maxLength: 253, description: "API group; `core` for the one without a name" });
const Kind = Type.String({ minLength: 1, maxLength: 63 });
const Namespace = Type.String({ minLength: 1, maxLength: 63, description: "`-` for objects of the cluster itself" });
const ObjectName = Type.String({ minLength: 1, maxLength: 253 });

/** One object of the application's tree. Kind and name go together. */
const objectQuery = {
  group: Type.Optional(Group),
  kind: Type.Optional(Kind),
  namespace: Type.Optional(Namespace),
  name: Type.Optional(ObjectName),
};

/** What only the cluster's agent can answer, now. An offline cluster answers 503 CLUSTER_OFFLINE, one that says nothing 504 CLUSTER_SILENT. */
export const questionRoutes = {
  getApplicationTree: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}/tree",
    permission: "fleet.read",
    summary: "The application's objects in the cluster and what came of them, down to pods, each with its health; asked of the agent",
    params: application,
    status: 200,
    answer: TreeAnswer,
  },
  getApplicationDiff: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}/diff",
    permission: "fleet.read",
    summary: "Objects that differ from git, as they are and as they should be, Secret values masked; asked of the agent",
    params: application,
    query: queryOf(objectQuery),
    status: 200,
    answer: DiffAnswer,
  },
  getApplicationEvents: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}/events",
    permission: "fleet.read",
    summary: "Kubernetes' events about the application's objects; asked of the agent",
    params: application,
    query: queryOf(objectQuery),
    status: 200,
    answer: EventsAnswer,
  },
  getApplicationLogs: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}/logs",
    permission: "logs.read",
    summary:
      "Lines of a pod of the application, as they come; with `follow` until the container ends. As text/event-stream they can be followed on, by Last-Event-ID. Audited",
    params: application,
    query: queryOf({
      pod: Type.String({ minLength: 1, maxLength: 253, description: "its name" }),
      namespace: Type.Optional(Namespace),
      container: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: "the first one when absent" })),
      follow: Type.Optional(Type.Boolean({ default: false })),
      previous: Type.Optional(Type.Boolean({ default: false, description: "of the container's run before this one" })),
      tailLines: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, default: 1000 })),
      sinceSeconds: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 31_536_000, description: "only what was written within so many seconds" }),
      ),
      sinceTime: Type.Optional(Type.String({ format: "date-time", description: "only what was written since then" })),
      timestamps: Type.Optional(Type.Boolean({ default: false, description: "a time before each line" })),
    }),
    status: 200,
    media: ["text/plain"],
  },
  refreshApplication: {
    method: "POST",
    path: "/v1/clusters/{cluster}/applications/{application}/refresh",
    permission: "rollout.control",
    summary: "Has the agent compare everything anew, and sync where its policy says so; answers how the application stands then",
    params: application,
    body: Type.Object({}, { additionalProperties: false }),
    status: 200,
    answer: RefreshAnswer,
  },
  dryRunApplication: {
    method: "POST",
    path: "/v1/clusters/{cluster}/applications/{application}/dry-run",
    permission: "live.read",
    summary: "What a sync would change, by a dry run against the cluster's API server with all its webhooks; nothing is changed",
    params: application,
    body: Type.Object(objectQuery, { additionalProperties: false }),
    status: 200,
    answer: DiffAnswer,
  },
  getLiveObject: {
    method: "GET",
    path: "/v1/clusters/{cluster}/resources/{group}/{kind}/{namespace}/{name}",
    permission: "live.read",
    summary: "An object of an application's tree as it is in the cluster now, Secret values masked. Audited",
    params: Type.Object({ cluster: ClusterRef, group: Group, kind: Kind, namespace: Namespace, name: ObjectName }),
    query: queryOf({
      application: Name,
      managedFields: Type.Optional(Type.Boolean({ default: false, description: "with what field managers keep in it" })),
    }),
    status: 200,
    answer: LiveAnswer,
  },
} as const satisfies Record<string, Route>;
