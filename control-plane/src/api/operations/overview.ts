import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";

export const overviewOperations = ({ fleetSummary }: Pick<ApiDeps["reads"], "fleetSummary">): Handlers<"getFleetSummary"> => ({
  getFleetSummary: () => fleetSummary(),
});
