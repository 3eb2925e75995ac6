import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "./whole.ts";

export function useEnvironments() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["environments"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listEnvironments", { query: { pageSize, pageToken }, signal })),
  });
}
