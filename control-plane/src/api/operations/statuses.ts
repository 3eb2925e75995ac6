import type { ClusterId } from "@drover/kit";
import { defaultPageSize } from "@drover/proto/rest";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

type Ids = "listAssignments" | "listStatuses" | "listAudit" | "listEvents";

export function statusOperations({ reads, events }: Pick<ApiDeps, "reads" | "events">): Handlers<Ids> {
  const clusterOf = async (cluster: string | undefined): Promise<ClusterId | undefined> =>
    cluster === undefined ? undefined : ((await reads.clusters.get(cluster)).id as ClusterId);

  return {
    async listAssignments(request) {
      const { application, environment } = request.query;
      const cluster = await clusterOf(request.query.cluster);
      return pageAnswer(request, await reads.statuses.assignments({ cluster, application, environment }, pageRequest(request)));
    },
    async listStatuses(request) {
      const clusterId = await clusterOf(request.query.cluster);
      return pageAnswer(request, await reads.statuses.statuses(pageRequest(request, { cluster: undefined, clusterId })));
    },
    listAudit: async (request) => pageAnswer(request, await reads.audit.list(request.query, pageRequest(request))),
    async listEvents({ query }) {
      const size = query.pageSize ?? defaultPageSize;
      const { events: items, next: cursor } = await events.list(eventFilter(query), query.pageToken ?? query.after, size);
      return { items: [...items], cursor, ...(items.length === size ? { nextPageToken: cursor } : {}) };
    },
  };
}
