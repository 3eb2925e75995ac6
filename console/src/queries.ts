import type { Rollout } from "@drover/proto/rest";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "./api.ts";

/** 10,000 clusters; the page says when there are more. */
const maxPages = 20;
const pageSize = 500;

export interface Whole<Item> {
  readonly items: readonly Item[];
  /** There are more than were asked for. */
  readonly cut: boolean;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken?: string;
}

async function loadAll<Item>(loadPage: (pageToken: string | undefined) => Promise<Page<Item>>): Promise<Whole<Item>> {
  const items: Item[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { items: more, nextPageToken } = await loadPage(pageToken);
    items.push(...more);
    if (nextPageToken === undefined) return { items, cut: false };
    pageToken = nextPageToken;
  }
  return { items, cut: true };
}

export function useClusters() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["clusters"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listClusters", { query: { pageSize, pageToken }, signal })),
  });
}

export function useEnvironments() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["environments"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listEnvironments", { query: { pageSize, pageToken }, signal })),
  });
}

export function usePlacements(environment: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["placements", environment],
    queryFn: ({ signal }) =>
      loadAll((pageToken) => client("listPlacements", { params: { environment }, query: { pageSize, pageToken }, signal })),
  });
}

/** Those that want somebody's attention first. */
export const openPhases = ["Halted", "RollingBack", "Paused", "Running", "Pending"] as const satisfies readonly Rollout["phase"][];
const maxOpenOfPhase = 50;

export function useOpenRollouts() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "open"],
    queryFn: async ({ signal }) => {
      const pages = openPhases.map((phase) => client("listRollouts", { query: { phase, pageSize: maxOpenOfPhase }, signal }));
      return (await Promise.all(pages)).flatMap(({ items }) => items);
    },
  });
}

export function useLatestRollouts(count: number) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "latest", count],
    queryFn: async ({ signal }) => (await client("listRollouts", { query: { pageSize: count }, signal })).items,
  });
}

export function useWhy(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["why", rollout],
    queryFn: async ({ signal }) => (await client("explain", { query: { rollout }, signal })).links,
  });
}

export function useProblems() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["problems"],
    queryFn: async ({ signal }) => (await client("listFleetProblems", { signal })).items,
  });
}
