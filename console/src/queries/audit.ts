import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
}

const auditPageSize = 100;

/** Who did what, newest first, page behind page as somebody scrolls. */
export function useAudit({ actor, action, object }: AuditFilter) {
  const { client } = useApi();
  return useInfiniteQuery({
    queryKey: ["audit", actor, action, object],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client("listAudit", { query: { actor, action, object, pageSize: auditPageSize, pageToken: pageParam }, signal }),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    // Pages behind the first do not change by themselves.
    refetchInterval: false,
  });
}

const lastOfCluster = 12;

export function useClusterAudit(cluster: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["audit", "cluster", cluster],
    queryFn: async ({ signal }) =>
      (await client("listAudit", { query: { object: `clusters/${cluster}`, pageSize: lastOfCluster }, signal })).items,
  });
}
