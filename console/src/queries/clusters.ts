import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "./whole.ts";

export function useClusters() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["clusters"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listClusters", { query: { pageSize, pageToken }, signal })),
  });
}
