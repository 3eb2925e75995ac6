import type { ClusterId } from "@drover/kit";
import type { Params, Query, WatchId } from "@drover/proto/rest";
import { watchedApiTokens, watchedAudit } from "../../app/watch/watched-access.ts";
import { watchedAssignments, watchedClusterApplications } from "../../app/watch/watched-assignments.ts";
import { watchedClusters } from "../../app/watch/watched-clusters.ts";
import { watchedDrift, watchedFleetDrift } from "../../app/watch/watched-drift.ts";
import { watchedFleetObjects, watchedFleetProblems } from "../../app/watch/watched-fleet-objects.ts";
import { watchedDeliveries, watchedNotifications } from "../../app/watch/watched-notifications.ts";
import { watchedEnvironments, watchedPlacements } from "../../app/watch/watched-places.ts";
import { watchedPromotions } from "../../app/watch/watched-promotions.ts";
import { watchedReleases } from "../../app/watch/watched-releases.ts";
import { watchedHeldPrunes, watchedRemovals } from "../../app/watch/watched-removals.ts";
import { watchedBreakGlass, watchedQuarantines } from "../../app/watch/watched-restrictions.ts";
import { watchedTimeline, watchedTransitions } from "../../app/watch/watched-rollout-steps.ts";
import { watchedGates, watchedRollouts, watchedTargets } from "../../app/watch/watched-rollouts.ts";
import { watchedStatuses } from "../../app/watch/watched-statuses.ts";
import type { Watched } from "../../app/watch/watch-resource.ts";
import type { ApiDeps } from "../deps.ts";
import { pageRequest } from "../page-token.ts";
import { clustersRequest } from "./clusters.ts";
import { breakGlassRequest } from "./restrictions.ts";
import { ofCluster } from "./statuses.ts";

/** A watch as it was asked for, by whichever protocol. */
export interface WatchRequest<Id extends WatchId> {
  readonly operation: Id;
  readonly params: Params<Id>;
  readonly query: Query<Id>;
}

/** What each watch follows. A filter, or something named in the path that is not there, is refused before anything is sent. */
export type WatchOperations = { readonly [Id in WatchId]: (request: WatchRequest<Id>) => Promise<Watched> };

export function watchOperations({ reads, tokens }: Pick<ApiDeps, "reads" | "tokens">): WatchOperations {
  const { fleet, releases, rollouts, statuses, notifications } = reads;
  const clusterOf = async (named: string): Promise<ClusterId> => (await reads.clusters.get(named)).id as ClusterId;

  return {
    watchClusters: async (request) => watchedClusters(reads.clusters, clustersRequest(request)),
    async watchClusterApplications(request) {
      const cluster = await clusterOf(request.params.cluster);
      return watchedClusterApplications((page) => statuses.clusterApplications(cluster, page), cluster, pageRequest(request));
    },
    async watchClusterDrift(request) {
      const cluster = await clusterOf(request.params.cluster);
      return watchedDrift((page) => reads.drift.list(cluster, request.query, page), cluster, pageRequest(request));
    },
    watchDrift: async (request) => watchedFleetDrift((page) => reads.drift.ofFleet(request.query, page), await ofCluster(reads, request)),
    watchApplications: async (request) => watchedFleetObjects("applications", fleet.listApplications, pageRequest(request)),
    async watchApplicationReleases(request) {
      const { application } = request.params;
      await fleet.getApplication(application);
      return watchedReleases(releases, application, pageRequest(request));
    },
    async watchApplicationPlacements(request) {
      const { application } = request.params;
      await fleet.getApplication(application);
      return watchedPlacements(fleet, { application }, pageRequest(request));
    },
    watchEnvironments: async (request) => watchedEnvironments(fleet, pageRequest(request)),
    async watchPlacements(request) {
      const { environment } = request.params;
      await fleet.getEnvironment(environment);
      return watchedPlacements(fleet, { environment }, pageRequest(request));
    },
    watchStrategies: async (request) => watchedFleetObjects("strategies", fleet.listStrategies, pageRequest(request)),
    watchProjects: async (request) => watchedFleetObjects("projects", fleet.listProjects, pageRequest(request)),
    watchFreezes: async (request) => watchedFleetObjects("freezes", fleet.listFreezes, pageRequest(request)),
    watchReleases: async (request) => watchedReleases(releases, undefined, pageRequest(request)),
    watchFleetProblems: async (request) => watchedFleetProblems(fleet, pageRequest(request)),
    watchRollouts: async (request) => watchedRollouts(rollouts, pageRequest(request)),
    async watchRolloutTargets(request) {
      return watchedTargets(rollouts, await rollouts.get(request.params.rollout), pageRequest(request));
    },
    async watchRolloutTransitions(request) {
      const { id } = await rollouts.get(request.params.rollout);
      return watchedTransitions(rollouts, id, pageRequest(request));
    },
    async watchRolloutTimeline(request) {
      const { id } = await rollouts.get(request.params.rollout);
      return watchedTimeline(rollouts, id, pageRequest(request));
    },
    async watchRolloutGates(request) {
      const { id } = await rollouts.get(request.params.rollout);
      return watchedGates(reads.gates, id, pageRequest(request));
    },
    watchPromotions: async (request) => watchedPromotions(reads.promotions, pageRequest(request)),
    watchAssignments: async (request) => watchedAssignments(statuses, await ofCluster(reads, request)),
    watchStatuses: async (request) => watchedStatuses(statuses, await ofCluster(reads, request)),
    watchQuarantines: async (request) => watchedQuarantines(reads.quarantines, pageRequest(request)),
    watchRemovals: async (request) => watchedRemovals(reads.removals, pageRequest(request)),
    watchHeldPrunes: async (request) => watchedHeldPrunes(reads.heldPrunes, pageRequest(request)),
    watchBreakGlass: async (request) => watchedBreakGlass(reads.breakGlasses, breakGlassRequest(request)),
    watchNotifications: async (request) => watchedNotifications(notifications, pageRequest(request)),
    watchDeliveries: async (request) => watchedDeliveries(notifications, pageRequest(request)),
    watchAudit: async (request) => watchedAudit(reads.audit, pageRequest(request)),
    watchApiTokens: async (request) => watchedApiTokens(tokens, pageRequest(request)),
  };
}
