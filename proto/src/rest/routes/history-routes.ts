import { Type } from "typebox";
import { historyFields, History, Outliers } from "../history.ts";
import { clusterLabels, listOf, listQuery, pageQuery, queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { timelineFields, TimelineEntry } from "../timeline.ts";
import { ClusterRef, Id, Name, Time } from "../words.ts";

export const historyRoutes = {
  getHistory: {
    method: "GET",
    path: "/v1/history",
    permission: "fleet.read",
    summary:
      "What ran where at a time: for each cluster the release it had of each application, since when, and whether it was proven by then",
    list: historyFields,
    query: queryOf({
      ...clusterLabels,
      at: Type.Optional(Time),
      application: Type.Optional(Name),
      environment: Type.Optional(Name),
      cluster: Type.Optional(ClusterRef),
      ...listQuery(historyFields),
    }),
    status: 200,
    answer: History,
  },
  getOutliers: {
    method: "GET",
    path: "/v1/environments/{environment}/applications/{application}/outliers",
    permission: "fleet.read",
    summary:
      "Clusters that run something else than most clusters of the environment do, and why as far as known. A report on all of them, by the cluster's name: it takes neither filter nor orderBy, since of some clusters the majority could be another",
    params: Type.Object({ environment: Name, application: Name }),
    query: queryOf(pageQuery),
    status: 200,
    answer: Outliers,
  },
  getRolloutTimeline: {
    method: "GET",
    path: "/v1/rollouts/{rollout}/timeline",
    permission: "fleet.read",
    summary:
      "Everything that happened to a rollout, in order: what asked for it, its own steps, what its clusters did, what people ordered",
    params: Type.Object({ rollout: Id }),
    list: timelineFields,
    query: queryOf(listQuery(timelineFields)),
    status: 200,
    answer: listOf(TimelineEntry),
  },
} as const satisfies Record<string, Route>;
