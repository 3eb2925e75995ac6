import type { Placement } from "@drover/proto/rest";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { openPhases } from "../queries/rollouts.ts";
import { loadAll, pageSize } from "../queries/whole.ts";

const shownReleases = 50;
const shownPromotions = 30;
const shownRollouts = 100;
const shownCompleted = 50;

export function useApplications() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["applications"],
    queryFn: ({ signal }) => loadAll((pageToken) => client("listApplications", { query: { pageSize, pageToken }, signal })),
  });
}

export function useApplication(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["applications", application],
    queryFn: ({ signal }) => client("getApplication", { params: { application }, signal }),
  });
}

export function useApplicationPlacements(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["placements", "of", application],
    queryFn: async ({ signal }) =>
      (await client("listApplicationPlacements", { params: { application }, query: { pageSize }, signal })).items,
  });
}

export function useReleases(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["releases", application],
    queryFn: async ({ signal }) =>
      (await client("listApplicationReleases", { params: { application }, query: { pageSize: shownReleases }, signal })).items,
  });
}

export function useApplicationRollouts(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "open", application],
    queryFn: async ({ signal }) => {
      const pages = openPhases.map((phase) => client("listRollouts", { query: { application, phase, pageSize }, signal }));
      return (await Promise.all(pages)).flatMap(({ items }) => items);
    },
  });
}

/** As many as the promotions that are shown can have begun, and some more. */
export function useLatestRolloutsOf(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "latest", application],
    queryFn: async ({ signal }) => (await client("listRollouts", { query: { application, pageSize: shownRollouts }, signal })).items,
  });
}

/** Revisions that a rollback can go back to, the newest first. */
export function useCompletedRollouts(application: string, environment: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "completed", application, environment],
    queryFn: async ({ signal }) =>
      (await client("listRollouts", { query: { application, environment, phase: "Completed", pageSize: shownCompleted }, signal })).items,
  });
}

export function useQuarantines(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["quarantines", application],
    queryFn: async ({ signal }) => (await client("listQuarantines", { query: { application, pageSize }, signal })).items,
  });
}

export function usePromotions(application: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["promotions", application],
    queryFn: async ({ signal }) => (await client("listPromotions", { query: { application, pageSize: shownPromotions }, signal })).items,
  });
}

/** What would happen; asked when somebody looks, and not again by itself while he reads. */
export function usePlan(application: string, environment: string, revision: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["plan", application, environment, revision],
    queryFn: ({ signal }) => client("previewRollout", { body: { application, environment, revision }, signal }),
    enabled: environment !== "" && revision !== "",
    refetchInterval: false,
    retry: false,
  });
}

export function useRollbackPlan(application: string, environment: string, revision: string | undefined) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["plan", "rollback", application, environment, revision ?? ""],
    queryFn: ({ signal }) => client("previewRollback", { body: { application, environment, revision }, signal }),
    refetchInterval: false,
    retry: false,
  });
}

/** Of all environments; undefined until each has answered, one way or the other: a dash in the table means that nothing is wanted there. */
export function useAllPlacements(environments: readonly string[]): readonly Placement[] | undefined {
  const { client } = useApi();
  return useQueries({
    queries: environments.map((environment) => ({
      queryKey: ["placements", environment],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        loadAll((pageToken) => client("listPlacements", { params: { environment }, query: { pageSize, pageToken }, signal })),
    })),
    combine: (results) => (results.every(({ isFetched }) => isFetched) ? results.flatMap(({ data }) => data?.items ?? []) : undefined),
  });
}
