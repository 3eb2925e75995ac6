import { Type } from "typebox";
import { Cluster, clusterFields, ClusterLabels, EnrolmentToken, NewCluster, NewEnrolmentToken, Revocation } from "../cluster.ts";
import { clusterApplicationFields, ClusterApplication } from "../assignment.ts";
import { driftFields, DriftEpisode, driftTimes } from "../drift.ts";
import { clusterLabels, listOf, listQuery, queryOf } from "../page.ts";
import { RenderedObjects } from "../release.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { ClusterRef, ClusterState, Name } from "../words.ts";

const format = Type.Optional(Type.Enum(["json", "yaml"], { type: "string", description: "the Accept header decides when absent" }));

export const clusterRoutes = {
  listClusters: {
    method: "GET",
    path: "/v1/clusters",
    permission: "fleet.read",
    summary: "Clusters by name, with what they are and how their applications do",
    list: clusterFields,
    query: queryOf({
      ...clusterLabels,
      environment: Type.Optional(Name),
      project: Type.Optional(Name),
      state: Type.Optional(ClusterState),
      ...listQuery(clusterFields),
    }),
    status: 200,
    answer: listOf(Cluster),
  },
  getCluster: {
    method: "GET",
    path: "/v1/clusters/{cluster}",
    permission: "fleet.read",
    summary: "One cluster",
    params: Type.Object({ cluster: ClusterRef }),
    versioned: true,
    status: 200,
    answer: Cluster,
  },
  createCluster: {
    method: "POST",
    path: "/v1/clusters",
    permission: "cluster.register",
    summary: "Registers a cluster by a commit to the fleet repository; it stays Pending until its agent enrols",
    ...rehearsed,
    body: NewCluster,
    status: 201,
    answer: Cluster,
    location: "/v1/clusters/{id}",
  },
  relabelCluster: {
    method: "POST",
    path: "/v1/clusters/{cluster}/relabel",
    permission: "cluster.register",
    summary: "Replaces the cluster's labels by a commit to the fleet repository",
    params: Type.Object({ cluster: ClusterRef }),
    ...rehearsed,
    body: ClusterLabels,
    status: 202,
    answer: Cluster,
  },
  createEnrolmentToken: {
    method: "POST",
    path: "/v1/clusters/{cluster}/enrolment-tokens",
    permission: "cluster.register",
    summary: "A token with which the cluster's agent enrols once; shown in this answer only",
    params: Type.Object({ cluster: ClusterRef }),
    body: NewEnrolmentToken,
    status: 201,
    answer: EnrolmentToken,
    secret: true,
  },
  revokeCluster: {
    method: "POST",
    path: "/v1/clusters/{cluster}/revoke",
    permission: "cluster.revoke",
    summary: "Ends the cluster's identity at once. What runs there keeps running; to return it needs a new enrolment token",
    params: Type.Object({ cluster: ClusterRef }),
    ...rehearsed,
    body: Revocation,
    status: 202,
    answer: Cluster,
  },
  listClusterApplications: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications",
    permission: "fleet.read",
    summary: "What the cluster should run, and what its agent last said of it",
    params: Type.Object({ cluster: ClusterRef }),
    list: clusterApplicationFields,
    query: queryOf(listQuery(clusterApplicationFields)),
    status: 200,
    answer: listOf(ClusterApplication),
  },
  getClusterApplication: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}",
    permission: "fleet.read",
    summary: "One application on one cluster",
    params: Type.Object({ cluster: ClusterRef, application: Name }),
    status: 200,
    answer: ClusterApplication,
  },
  listClusterDrift: {
    method: "GET",
    path: "/v1/clusters/{cluster}/drift",
    permission: "fleet.read",
    summary: "When objects of the cluster differed from git, newest first; kept for 30 days, and 100,000 of them",
    params: Type.Object({ cluster: ClusterRef }),
    list: driftFields,
    query: queryOf({
      ...driftTimes,
      application: Type.Optional(Name),
      ...listQuery(driftFields),
    }),
    status: 200,
    answer: listOf(DriftEpisode),
  },
  getClusterBundle: {
    method: "GET",
    path: "/v1/clusters/{cluster}/applications/{application}/bundle",
    permission: "fleet.read",
    summary: "The objects rendered for this cluster, Secret values masked",
    params: Type.Object({ cluster: ClusterRef, application: Name }),
    query: queryOf({ format }),
    status: 200,
    answer: RenderedObjects,
    media: ["application/json", "application/yaml"],
  },
} as const satisfies Record<string, Route>;
