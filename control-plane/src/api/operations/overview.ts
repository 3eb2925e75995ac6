import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";

export const overviewOperations = ({
  fleet,
  fleetSummary,
  search,
}: Pick<ApiDeps["reads"], "fleet" | "fleetSummary" | "search">): Handlers<"getFleetSummary" | "getFleetSettings" | "search"> => ({
  getFleetSummary: () => fleetSummary(),
  getFleetSettings: () => fleet.getSettings(),
  search: async ({ query }) => ({ items: [...(await search(query.q.trim()))] }),
});
