import type { Route } from "../route.ts";
import { watchOf } from "../watch-route.ts";
import { accessRoutes } from "./access-routes.ts";
import { clusterRoutes } from "./cluster-routes.ts";
import { fleetRoutes } from "./fleet-routes.ts";
import { gateRoutes } from "./gate-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { notificationRoutes } from "./notification-routes.ts";
import { pruneRoutes } from "./prune-routes.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { removalRoutes } from "./removal-routes.ts";
import { restrictionRoutes } from "./restriction-routes.ts";
import { rolloutRoutes } from "./rollout-routes.ts";
import { statusRoutes } from "./status-routes.ts";

/** Every list, as it changes. */
export const watchRoutes = {
  watchClusters: watchOf(clusterRoutes.listClusters),
  watchClusterApplications: watchOf(clusterRoutes.listClusterApplications),
  watchClusterDrift: watchOf(clusterRoutes.listClusterDrift),
  watchApplications: watchOf(fleetRoutes.listApplications),
  watchApplicationReleases: watchOf(fleetRoutes.listApplicationReleases),
  watchApplicationPlacements: watchOf(fleetRoutes.listApplicationPlacements),
  watchEnvironments: watchOf(fleetRoutes.listEnvironments),
  watchPlacements: watchOf(fleetRoutes.listPlacements),
  watchStrategies: watchOf(fleetRoutes.listStrategies),
  watchProjects: watchOf(fleetRoutes.listProjects),
  watchFreezes: watchOf(fleetRoutes.listFreezes),
  watchReleases: watchOf(fleetRoutes.listReleases),
  watchFleetProblems: watchOf(fleetRoutes.listFleetProblems),
  watchRollouts: watchOf(rolloutRoutes.listRollouts),
  watchRolloutTargets: watchOf(rolloutRoutes.listRolloutTargets),
  watchRolloutTransitions: watchOf(rolloutRoutes.listRolloutTransitions),
  watchRolloutTimeline: watchOf(historyRoutes.getRolloutTimeline),
  watchRolloutGates: watchOf(gateRoutes.listRolloutGates),
  watchPromotions: watchOf(rolloutRoutes.listPromotions),
  watchAssignments: watchOf(statusRoutes.listAssignments),
  watchStatuses: watchOf(statusRoutes.listStatuses),
  watchQuarantines: watchOf(quarantineRoutes.listQuarantines),
  watchRemovals: watchOf(removalRoutes.listRemovals),
  watchHeldPrunes: watchOf(pruneRoutes.listHeldPrunes),
  watchBreakGlass: watchOf(restrictionRoutes.listBreakGlass),
  watchNotifications: watchOf(notificationRoutes.listNotifications),
  watchDeliveries: watchOf(notificationRoutes.listDeliveries),
  watchDrift: watchOf(statusRoutes.listDrift),
  watchAudit: watchOf(statusRoutes.listAudit),
  watchApiTokens: watchOf(accessRoutes.listApiTokens),
} as const satisfies Record<string, Route>;
export type WatchId = keyof typeof watchRoutes;
