import { Type } from "typebox";
import { listOf, listQuery, queryOf } from "../page.ts";
import { removalFields, Removal, RemoveApplication, RemoveCluster } from "../removal.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { ClusterRef, Id, Name } from "../words.ts";

export const removalRoutes = {
  listRemovals: {
    method: "GET",
    path: "/v1/removals",
    permission: "fleet.read",
    summary: "Applications and clusters that are being removed, and whom each waits for",
    list: removalFields,
    query: queryOf(listQuery(removalFields)),
    status: 200,
    answer: listOf(Removal),
  },
  getRemoval: {
    method: "GET",
    path: "/v1/removals/{removal}",
    permission: "fleet.read",
    summary: "One removal, while it is not done",
    params: Type.Object({ removal: Id }),
    status: 200,
    answer: Removal,
  },
  removeApplication: {
    method: "POST",
    path: "/v1/applications/{application}/remove",
    permission: "application.remove",
    summary:
      "Removes an application from an environment, or everywhere, by a commit; its `removals/` entry stays until every agent has done it",
    params: Type.Object({ application: Name }),
    ...rehearsed,
    body: RemoveApplication,
    status: 202,
    answer: Type.Object({ items: Type.Array(Removal) }),
  },
  removeCluster: {
    method: "POST",
    path: "/v1/clusters/{cluster}/remove",
    permission: "cluster.revoke",
    summary: "Removes a cluster from the fleet by a commit; when its agent has let go of everything, its identity ends",
    params: Type.Object({ cluster: ClusterRef }),
    ...rehearsed,
    body: RemoveCluster,
    status: 202,
    answer: Type.Object({ items: Type.Array(Removal) }),
  },
} as const satisfies Record<string, Route>;
