import { type ClusterId, DroverError, parseDuration, rfc3339 } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import type { Cluster, NewCluster } from "@drover/proto/rest";
import type { ListRequest } from "../../app/page.ts";
import type { ApiDeps } from "../deps.ts";
import { type ListIdentity, pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";
import { type RenderRequest, renderObjects } from "./rendered-objects.ts";

const defaultTtl = "1h";

type Ids =
  | "listClusters"
  | "getCluster"
  | "createCluster"
  | "relabelCluster"
  | "createEnrolmentToken"
  | "revokeCluster"
  | "listClusterApplications"
  | "getClusterApplication"
  | "listClusterDrift"
  | "getClusterBundle";

export function clusterOperations({ reads, commands, clock }: Pick<ApiDeps, "reads" | "commands" | "clock">): Handlers<Ids> {
  const { idOf } = reads.clusters;

  return {
    async listClusters(request) {
      return pageAnswer(request, await reads.clusters.list(clustersRequest(request)));
    },
    getCluster: ({ params }) => reads.clusters.get(params.cluster),
    async createCluster({ caller, body, signal }) {
      const { clusterId } = await commands.addCluster(caller, body, signal);
      return reads.clusters.get(clusterId).catch((error: unknown) => transient(error, clusterId, body));
    },
    async relabelCluster({ caller, params, body, signal }) {
      const { id, name } = await reads.clusters.get(params.cluster);
      await commands.relabelCluster(caller, { name, ...body }, signal);
      return reads.clusters.get(id);
    },
    async createEnrolmentToken({ caller, params, body }) {
      const cluster = await reads.clusters.get(params.cluster);
      const createdAt = clock.now();
      const { token, expiresAt } = await commands.createEnrolmentToken(
        cluster.id as ClusterId,
        parseDuration(body.ttl ?? defaultTtl),
        caller,
      );
      return {
        id: token.reveal().split("_")[1] ?? "",
        cluster: cluster.name,
        clusterId: cluster.id,
        token: token.reveal(),
        createdAt: rfc3339(createdAt),
        expiresAt: rfc3339(expiresAt),
      };
    },
    async revokeCluster({ caller, params, body }) {
      const id = await idOf(params.cluster);
      await commands.revokeCluster(id, body.reason, caller);
      return reads.clusters.get(id);
    },
    async listClusterApplications(request) {
      const page = await reads.statuses.clusterApplications(await idOf(request.params.cluster), pageRequest(request));
      return pageAnswer(request, page);
    },
    async getClusterApplication({ params }) {
      return reads.statuses.clusterApplication(await idOf(params.cluster), params.application);
    },
    async listClusterDrift(request) {
      const page = await reads.drift.list(await idOf(request.params.cluster), request.query, pageRequest(request));
      return pageAnswer(request, page);
    },
    async getClusterBundle({ params, query, header }) {
      const { assignment } = await reads.statuses.clusterApplication(await idOf(params.cluster), params.application);
      const bundle = await reads.releases.loadBundle(assignment.bundle);
      const request: RenderRequest = { format: query.format, accept: header("accept") };
      return renderObjects(bundle, request);
    },
  };
}

/** The commit is accepted and may not be projected yet: the cluster as it will be. */
function transient(error: unknown, id: ClusterId, { name, project, labels }: NewCluster): Cluster {
  if (!(error instanceof DroverError && error.kind === "not-found")) throw error;
  const applications = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
  return { id, name, project: project ?? defaultProject, labels: labels ?? {}, state: "Pending", environments: [], applications };
}

/** What the list and the watch of clusters are both asked for. */
export const clustersRequest = (list: ListIdentity & { readonly query: { readonly environment?: string } }): ListRequest =>
  pageRequest(list, { environments: list.query.environment });
