import type { ApplicationStatus } from "@drover/proto/rest";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";

/** More would not be read one by one. */
const mostUnwell = 200;
/** Drift has its own number and page. */
const unwell = 'health = "Degraded" OR health = "Missing" OR (sync = "OutOfSync" AND NOT reason = "Drifted")';

interface Where {
  readonly application: string;
  readonly environment?: string;
}

/** What agents say of the application where it is not well; asked where counts say that there is something to be said. */
export function useUnwell({ application, environment }: Where, isAny: boolean): readonly ApplicationStatus[] {
  const { client } = useApi();
  const { data } = useQuery({
    queryKey: ["placements", "unwell", application, environment],
    enabled: isAny,
    queryFn: async ({ signal }) =>
      (await client("listStatuses", { query: { application, environment, filter: unwell, pageSize: mostUnwell }, signal })).items,
  });
  return isAny ? (data ?? none) : none;
}

const none: readonly ApplicationStatus[] = [];
