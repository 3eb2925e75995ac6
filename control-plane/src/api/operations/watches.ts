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
import { statusesRequest } from "./statuses.ts";

/** A watch as it was asked for, by whichever protocol. */
export interface WatchRequest<Id extends WatchId> {
  readonly params: Params<Id>;
  readonly query: Query<Id>;
}

/** What each watch follows. A filter or a rollout that is not there is refused before anything is sent. */
export type WatchOperations = { readonly [Id in WatchId]: (request: WatchRequest<Id>) => Promise<Watched> };

export const watchOperations = ({ reads }: Pick<ApiDeps, "reads">): WatchOperations => ({
  watchClusters: async (request) => watchedClusters(reads.clusters, clustersRequest({ operation: "watchClusters", ...request })) as Watched,
  watchApplications: async () => watchedApplications(reads.fleet) as Watched,
  watchEnvironments: async () => watchedEnvironments(reads.fleet) as Watched,
  watchRollouts: async (request) => watchedRollouts(reads.rollouts, pageRequest({ operation: "watchRollouts", ...request })) as Watched,
  async watchRolloutTargets({ params, query }) {
    await reads.rollouts.get(params.rollout);
    return watchedTargets(reads.rollouts, params.rollout, withoutAfter(query)) as Watched;
  },
  async watchRolloutGates({ params }) {
    await reads.rollouts.get(params.rollout);
    return watchedGates(reads.gates, params.rollout) as Watched;
  },
  watchPromotions: async ({ query }) => watchedPromotions(reads.promotions, withoutAfter(query)) as Watched,
  watchStatuses: async (request) =>
    watchedStatuses(reads.statuses, await statusesRequest(reads, { operation: "watchStatuses", ...request })) as Watched,
  watchQuarantines: async ({ query }) => watchedQuarantines(reads.quarantines, withoutAfter(query)) as Watched,
  watchRemovals: async () => watchedRemovals(reads.removals) as Watched,
  watchBreakGlass: async ({ query }) => watchedBreakGlass(reads.breakGlasses, withoutAfter(query)) as Watched,
});

function withoutAfter<Given extends { readonly after?: string }>({ after: _after, ...filter }: Given): Omit<Given, "after"> {
  return filter;
}
