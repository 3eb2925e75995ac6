import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { pageSize } from "../queries/whole.ts";

export function useStop() {
  const { client } = useApi();
  return useQuery({ queryKey: ["restrictions", "stop"], queryFn: ({ signal }) => client("getStop", { signal }) });
}

export function useBreakGlass() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["restrictions", "break-glass"],
    queryFn: async ({ signal }) => (await client("listBreakGlass", { query: { open: true, pageSize }, signal })).items,
  });
}

export function useHeldPrunes() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["restrictions", "prunes"],
    queryFn: async ({ signal }) => (await client("listHeldPrunes", { query: { pageSize }, signal })).items,
  });
}

export function useRemovals() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["restrictions", "removals"],
    queryFn: async ({ signal }) => (await client("listRemovals", { query: { pageSize }, signal })).items,
  });
}

export function useFreezes() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["restrictions", "freezes"],
    queryFn: async ({ signal }) => (await client("listFreezes", { query: { pageSize }, signal })).items,
  });
}
