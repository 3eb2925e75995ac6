import type { Rollout } from "@drover/proto/rest";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";

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

const latest = 20;

export function useLatestRollouts() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["rollouts", "latest"],
    queryFn: async ({ signal }) => (await client("listRollouts", { query: { pageSize: latest }, signal })).items,
  });
}

export function useWhy(rollout: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["why", rollout],
    queryFn: async ({ signal }) => (await client("explain", { query: { rollout }, signal })).links,
  });
}
