import { DroverError } from "@drover/kit";
import type { ClusterId } from "@drover/kit";
import { defaultPageSize, eventFields, parseOrderBy } from "@drover/proto/rest";
import type { ListRequest } from "../../app/page.ts";
import type { ApiDeps } from "../deps.ts";
import { eventFilter } from "../event-filter.ts";
import { type ListIdentity, pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

type Ids = "listAssignments" | "listStatuses" | "listDrift" | "listAudit" | "getAuditEntry" | "listEvents";

export function statusOperations({ reads, events }: Pick<ApiDeps, "reads" | "events">): Handlers<Ids> {
  return {
    async listAssignments(request) {
      return pageAnswer(request, await reads.statuses.assignments(await ofCluster(reads, request)));
    },
    async listStatuses(request) {
      return pageAnswer(request, await reads.statuses.statuses(await ofCluster(reads, request)));
    },
    async listDrift(request) {
      return pageAnswer(request, await reads.drift.ofFleet(request.query, await ofCluster(reads, request)));
    },
    listAudit: async (request) => pageAnswer(request, await reads.audit.list(pageRequest(request))),
    getAuditEntry: ({ params }) => reads.audit.get(params.auditEntry),
    async listEvents({ query }) {
      const size = query.pageSize ?? defaultPageSize;
      if (query.orderBy !== undefined) parseOrderBy(eventFields, query.orderBy);
      if (query.tail !== undefined) {
        if (query.after !== undefined || query.pageToken !== undefined)
          throw new DroverError(
            "invalid",
            "REQUEST_INVALID",
            "query/tail is the end of the list: give neither after nor pageToken with it",
          );
        const { events: newest, next } = await events.tail(eventFilter(query), query.tail);
        return { items: [...newest], cursor: next };
      }
      const { events: items, next: cursor } = await events.list(eventFilter(query), query.pageToken ?? query.after, size);
      return { items: [...items], cursor, ...(items.length === size ? { nextPageToken: cursor } : {}) };
    },
  };
}

/** What a list of the statuses or assignments of clusters is asked for, where one cluster may be named by its id or its name. */
export async function ofCluster(
  reads: Pick<ApiDeps["reads"], "clusters">,
  list: ListIdentity & { readonly query: { readonly cluster?: string } },
): Promise<ListRequest> {
  return pageRequest(list, { cluster: undefined, clusterId: await clusterOf(reads, list.query.cluster) });
}

const clusterOf = async ({ clusters }: Pick<ApiDeps["reads"], "clusters">, named: string | undefined): Promise<ClusterId | undefined> =>
  named === undefined ? undefined : clusters.idOf(named);
