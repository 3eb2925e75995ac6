import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import type { ObjectName } from "./tree-rows.ts";

/** Agents are asked, not told: often enough to look live, seldom enough for a thousand people who look. */
const askAgentMs = 5_000;
const driftShown = 50;

/** A cluster that does not answer is said so at once; the next question comes by itself. */
const ofAgent = { refetchInterval: askAgentMs, retry: false } as const;

export function useTree(cluster: string, application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["objects", cluster, application, "tree"],
    queryFn: ({ signal }) => client("getApplicationTree", { params: { cluster, application }, signal }),
    ...ofAgent,
  });
}

/** What differs from git: of one object, or of all. */
export function useDifferences(cluster: string, application: string, object: ObjectName | undefined) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["objects", cluster, application, "diff", object],
    queryFn: ({ signal }) => client("getApplicationDiff", { params: { cluster, application }, query: { ...object }, signal }),
    ...ofAgent,
  });
}

export function useLiveObject(cluster: string, application: string, object: ObjectName) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["objects", cluster, application, "live", object],
    queryFn: async ({ signal }) =>
      (await client("getLiveObject", { params: { cluster, ...object }, query: { application }, signal })).object,
    ...ofAgent,
    // Each read is recorded: it is asked again when somebody wants it.
    refetchInterval: false,
  });
}

export function useObjectEvents(cluster: string, application: string, object: ObjectName) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["objects", cluster, application, "events", object],
    queryFn: async ({ signal }) =>
      (await client("getApplicationEvents", { params: { cluster, application }, query: { ...object }, signal })).items,
    ...ofAgent,
  });
}

export function useDrift(cluster: string, application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["drift", cluster, application],
    queryFn: async ({ signal }) =>
      (await client("listClusterDrift", { params: { cluster }, query: { application, pageSize: driftShown }, signal })).items,
  });
}

export function useClusterApplication(cluster: string, application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["cluster", cluster, "application", application],
    queryFn: ({ signal }) => client("getClusterApplication", { params: { cluster, application }, signal }),
  });
}
