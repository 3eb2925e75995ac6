import type { ClusterId } from "@drover/kit";
import { defaultPageSize } from "@drover/proto/rest";
import type { ListRequest } from "../../app/page.ts";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import { type ListIdentity, pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

type Ids = "listAssignments" | "listStatuses" | "listAudit" | "listEvents";

export function statusOperations({ reads, events }: Pick<ApiDeps, "reads" | "events">): Handlers<Ids> {
  return {
    async listAssignments(request) {
      const { application, environment } = request.query;
      const cluster = await clusterOf(reads, request.query.cluster);
      return pageAnswer(request, await reads.statuses.assignments({ cluster, application, environment }, pageRequest(request)));
    },
    async listStatuses(request) {
      return pageAnswer(request, await reads.statuses.statuses(await statusesRequest(reads, request)));
    },
    listAudit: async (request) => pageAnswer(request, await reads.audit.list(request.query, pageRequest(request))),
    async listEvents({ query }) {
      const size = query.pageSize ?? defaultPageSize;
      const { events: items, next: cursor } = await events.list(eventFilter(query), query.pageToken ?? query.after, size);
      return { items: [...items], cursor, ...(items.length === size ? { nextPageToken: cursor } : {}) };
    },
  };
}

/** What the list and the watch of statuses are both asked for. */
export async function statusesRequest(
  reads: Pick<ApiDeps["reads"], "clusters">,
  list: ListIdentity & { readonly query: { readonly cluster?: string } },
): Promise<ListRequest> {
  return pageRequest(list, { cluster: undefined, clusterId: await clusterOf(reads, list.query.cluster) });
}

const clusterOf = async ({ clusters }: Pick<ApiDeps["reads"], "clusters">, named: string | undefined): Promise<ClusterId | undefined> =>
  named === undefined ? undefined : ((await clusters.get(named)).id as ClusterId);
