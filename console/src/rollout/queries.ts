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

/** The id of the newest rollout where this one has its clusters: only that one can be taken up once it was aborted. */
export function useNewestOfPlace({ application, environment, scope }: Rollout, enabled: boolean) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "newest", application, environment, scope],
    queryFn: async ({ signal }) => {
      const query = { application, environment, filter: `scope = "${scope}"`, pageSize: 1 };
      return (await client("listRollouts", { query, signal })).items[0]?.id;
    },
    enabled,
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
