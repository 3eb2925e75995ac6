import { Type } from "typebox";
import { FleetSettings } from "../fleet-objects.ts";
import { FleetSummary } from "../fleet-summary.ts";
import { queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { maxSearchHits, SearchHit } from "../search.ts";

export const overviewRoutes = {
  getFleetSummary: {
    method: "GET",
    path: "/v1/fleet/summary",
    permission: "fleet.read",
    summary: "The fleet in numbers: clusters by state, applications by health and sync, drift, versions, open rollouts. Cheap to ask often",
    status: 200,
    answer: FleetSummary,
  },
  getFleetSettings: {
    method: "GET",
    path: "/v1/fleet/settings",
    permission: "fleet.read",
    summary: "What drover.yaml says for the whole fleet: its description, and windows that hold everywhere",
    versioned: true,
    status: 200,
    answer: FleetSettings,
  },
  search: {
    method: "GET",
    path: "/v1/search",
    permission: "fleet.read",
    summary:
      "Clusters, applications and environments by a part of their names, releases by name or beginning of a commit, rollouts by id or application",
    query: queryOf({ q: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S", description: "case does not matter" }) }),
    status: 200,
    answer: Type.Object({
      items: Type.Array(SearchHit, {
        maxItems: maxSearchHits,
        description: "names that are exactly this, then that begin so, then that hold it",
      }),
    }),
  },
} as const satisfies Record<string, Route>;
