import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "./whole.ts";

export function useClusters() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["clusters"],
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

/** The newest, as many as one page of the list holds. */
export function useClusterDrift(cluster: string, application: string | undefined) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["drift", cluster, application],
    queryFn: ({ signal }) => client("listClusterDrift", { params: { cluster }, query: { application, pageSize: 100 }, signal }),
  });
}
