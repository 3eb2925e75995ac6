import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "../queries/whole.ts";
import type { Collection, Edited } from "./kinds.ts";
import { listFiles, readOneFile } from "./read-files.ts";

export function useFiles(collection: Collection) {
  const { client } = useApi();
  return useQuery({
    queryKey: [collection, "files"],
    queryFn: ({ signal }) => loadAll((pageToken) => listFiles(client, collection, { query: { pageSize, pageToken }, signal })),
  });
}

/** Asked once: what somebody edits must not change below his hands. The version tells whether it did. */
export function useFile(collection: Edited, name: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["file", collection, name],
    queryFn: ({ signal }) => readOneFile(client, collection, name, signal),
    refetchInterval: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
