import type { Params, Query, WatchId } from "@drover/proto/rest";
import {
  watchedApplications,
  watchedBreakGlass,
  watchedEnvironments,
  watchedQuarantines,
  watchedRemovals,
} from "../../app/watch/watched-fleet.ts";
import { watchedClusters } from "../../app/watch/watched-clusters.ts";
import { watchedPromotions } from "../../app/watch/watched-promotions.ts";
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
  readonly params: Params<Id>;
  readonly query: Query<Id>;
}

/** What each watch follows. A filter or a rollout that is not there is refused before anything is sent. */
export type WatchOperations = { readonly [Id in WatchId]: (request: WatchRequest<Id>) => Promise<Watched> };

export const watchOperations = ({ reads }: Pick<ApiDeps, "reads">): WatchOperations => ({
  watchClusters: async (request) => watchedClusters(reads.clusters, clustersRequest({ operation: "watchClusters", ...request })) as Watched,
  watchApplications: async (request) =>
    watchedApplications(reads.fleet, pageRequest({ operation: "watchApplications", ...request })) as Watched,
  watchEnvironments: async (request) =>
    watchedEnvironments(reads.fleet, pageRequest({ operation: "watchEnvironments", ...request })) as Watched,
  watchRollouts: async (request) => watchedRollouts(reads.rollouts, pageRequest({ operation: "watchRollouts", ...request })) as Watched,
  async watchRolloutTargets(request) {
    const { rollout } = request.params;
    await reads.rollouts.get(rollout);
    return watchedTargets(reads.rollouts, rollout, pageRequest({ operation: "watchRolloutTargets", ...request })) as Watched;
  },
  async watchRolloutGates(request) {
    const { rollout } = request.params;
    await reads.rollouts.get(rollout);
    return watchedGates(reads.gates, rollout, pageRequest({ operation: "watchRolloutGates", ...request })) as Watched;
  },
  watchPromotions: async (request) =>
    watchedPromotions(reads.promotions, pageRequest({ operation: "watchPromotions", ...request })) as Watched,
  watchStatuses: async (request) =>
    watchedStatuses(reads.statuses, await ofCluster(reads, { operation: "watchStatuses", ...request })) as Watched,
  watchQuarantines: async (request) =>
    watchedQuarantines(reads.quarantines, pageRequest({ operation: "watchQuarantines", ...request })) as Watched,
  watchRemovals: async (request) => watchedRemovals(reads.removals, pageRequest({ operation: "watchRemovals", ...request })) as Watched,
  watchBreakGlass: async (request) =>
    watchedBreakGlass(reads.breakGlasses, breakGlassRequest({ operation: "watchBreakGlass", ...request })) as Watched,
});
