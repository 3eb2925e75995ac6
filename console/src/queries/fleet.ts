import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";

export function useProblems() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["problems"],
    queryFn: async ({ signal }) => (await client("listFleetProblems", { signal })).items,
  });
}

export function useFleetSummary() {
  const { client } = useApi();
  return useQuery({ queryKey: ["summary"], queryFn: ({ signal }) => client("getFleetSummary", { signal }) });
}
