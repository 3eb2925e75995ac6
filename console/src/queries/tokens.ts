import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "./whole.ts";

export function useTokens() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listApiTokens", { query: { pageSize, pageToken }, signal })),
  });
}
