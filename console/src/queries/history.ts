import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { loadAll, pageSize } from "./whole.ts";

export interface HistoryFilter {
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
  readonly cluster?: string | undefined;
}

/** What ran where at an instant. The past does not change, and is asked for once. */
export function useHistoryAt(at: string | undefined, { application, environment, cluster }: HistoryFilter) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["history", at, application, environment, cluster],
    enabled: at !== undefined,
    refetchInterval: false,
    queryFn: async ({ signal }) => {
      let completeSince = "";
      const whole = await loadAll(async (pageToken) => {
        const page = await client("getHistory", { query: { at, application, environment, cluster, pageSize, pageToken }, signal });
        completeSince = page.completeSince;
        return page;
      });
      return { ...whole, completeSince };
    },
  });
}
