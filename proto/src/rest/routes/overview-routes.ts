import { FleetSummary } from "../fleet-summary.ts";
import type { Route } from "../route.ts";

export const overviewRoutes = {
  getFleetSummary: {
    method: "GET",
    path: "/v1/fleet/summary",
    permission: "fleet.read",
    summary: "The fleet in numbers: clusters by state, applications by health and sync, drift, versions, open rollouts. Cheap to ask often",
    status: 200,
    answer: FleetSummary,
  },
} as const satisfies Record<string, Route>;
