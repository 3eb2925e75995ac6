import type { Cluster } from "@drover/proto/rest";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize, type Whole } from "./whole.ts";

export const clustersKey = ["clusters"] as const;

/** What no event tells of is when a cluster was last heard; a fleet of many pages is asked for that less often. */
const againAfterMs = (pages: number): number => 15_000 * Math.max(1, pages);

export function useClusters() {
  const { client } = useApi();
  return useQuery<Whole<Cluster>>({
    queryKey: clustersKey,
    refetchInterval: ({ state }) => againAfterMs(Math.ceil((state.data?.items.length ?? 0) / pageSize)),
    staleTime: 10_000,
    queryFn: ({ signal }) => loadAll((pageToken) => client("listClusters", { query: { pageSize, pageToken }, signal })),
    // Comparing ten thousand clusters with what they were takes longer than showing them.
    structuralSharing: false,
  });
}

export function useCluster(cluster: string) {
  const { client } = useApi();
  return useQuery({ queryKey: ["cluster", cluster], queryFn: ({ signal }) => client("getCluster", { params: { cluster }, signal }) });
}

export function useClusterApplications(cluster: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["cluster", cluster, "applications"],
    queryFn: ({ signal }) =>
      loadAll((pageToken) => client("listClusterApplications", { params: { cluster }, query: { pageSize, pageToken }, signal })),
  });
}

const latestEvents = 60;

/** What was told of it last, newest first. That a list or a count in a status moved is for whoever rereads it: it says nothing by itself. */
export function useClusterEvents(cluster: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["events", "cluster", cluster],
    queryFn: async ({ signal }) => {
      const { items } = await client("listEvents", { query: { subject: `clusters/${cluster}`, tail: latestEvents }, signal });
      const said = items.filter(({ kind }) => kind !== "StatusUpdated");
      return said.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
    },
  });
}

/** The newest, as many as one page of the list holds. */
export function useClusterDrift(cluster: string, application: string | undefined) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["drift", cluster, application],
    queryFn: ({ signal }) => client("listClusterDrift", { params: { cluster }, query: { application, pageSize: 100 }, signal }),
  });
}
