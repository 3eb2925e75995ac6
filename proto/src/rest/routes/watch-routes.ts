import type { Route } from "../route.ts";
import { watchOf } from "../watch-route.ts";
import { clusterRoutes } from "./cluster-routes.ts";
import { fleetRoutes } from "./fleet-routes.ts";
import { gateRoutes } from "./gate-routes.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { removalRoutes } from "./removal-routes.ts";
import { restrictionRoutes } from "./restriction-routes.ts";
import { rolloutRoutes } from "./rollout-routes.ts";
import { statusRoutes } from "./status-routes.ts";

/** Lists that can be followed. */
export const watchRoutes = {
  watchClusters: watchOf(clusterRoutes.listClusters),
  watchApplications: watchOf(fleetRoutes.listApplications),
  watchEnvironments: watchOf(fleetRoutes.listEnvironments),
  watchRollouts: watchOf(rolloutRoutes.listRollouts),
  watchRolloutTargets: watchOf(rolloutRoutes.listRolloutTargets),
  watchRolloutGates: watchOf(gateRoutes.listRolloutGates),
  watchPromotions: watchOf(rolloutRoutes.listPromotions),
  watchStatuses: watchOf(statusRoutes.listStatuses),
  watchQuarantines: watchOf(quarantineRoutes.listQuarantines),
  watchRemovals: watchOf(removalRoutes.listRemovals),
  watchBreakGlass: watchOf(restrictionRoutes.listBreakGlass),
} as const satisfies Record<string, Route>;
export type WatchId = keyof typeof watchRoutes;
