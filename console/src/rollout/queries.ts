import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Rollout } from "@drover/proto/rest";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "../queries/whole.ts";

export interface RolloutFilter {
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
  readonly phase?: Rollout["phase"] | undefined;
  readonly changeId?: string | undefined;
}

const rolloutsOfPage = 50;

export function useRollouts(filter: RolloutFilter) {
  const { client } = useApi();
  return useInfiniteQuery({
    queryKey: ["rollouts", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      client("listRollouts", { query: { ...filter, pageSize: rolloutsOfPage, pageToken: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  });
}

export function useRollout(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollout", rollout],
    queryFn: ({ signal }) => client("getRollout", { params: { rollout }, signal }),
  });
}

export function useTargets(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollout", rollout, "targets"],
    queryFn: ({ signal }) =>
      loadAll((pageToken) => client("listRolloutTargets", { params: { rollout }, query: { pageSize, pageToken }, signal })),
  });
}

export function useGates(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["gates", rollout],
    queryFn: async ({ signal }) => (await client("listRolloutGates", { params: { rollout }, query: { pageSize }, signal })).items,
  });
}

export function useTimeline(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollout", rollout, "timeline"],
    queryFn: ({ signal }) =>
      loadAll((pageToken) => client("getRolloutTimeline", { params: { rollout }, query: { pageSize, pageToken }, signal })),
  });
}
