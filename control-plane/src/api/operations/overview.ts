import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";

export const overviewOperations = ({
  fleetSummary,
  search,
}: Pick<ApiDeps["reads"], "fleetSummary" | "search">): Handlers<"getFleetSummary" | "search"> => ({
  getFleetSummary: () => fleetSummary(),
  search: async ({ query }) => ({ items: [...(await search(query.q.trim()))] }),
});
