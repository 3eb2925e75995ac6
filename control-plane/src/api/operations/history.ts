import type { ClusterId } from "@drover/kit";
import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";

type Ids = "getHistory" | "getOutliers" | "getRolloutTimeline";

export function historyOperations({ reads }: Pick<ApiDeps, "reads">): Handlers<Ids> {
  return {
    async getHistory(request) {
      const { at, application, environment, cluster } = request.query;
      const id = cluster === undefined ? undefined : ((await reads.clusters.get(cluster)).id as ClusterId);
      const found = await reads.history({ at, application, environment, cluster: id }, pageRequest(request));
      return { at: found.at, completeSince: found.completeSince, ...pageAnswer(request, found) };
    },
    async getOutliers(request) {
      const { application, environment } = request.params;
      await reads.fleet.getEnvironment(environment);
      await reads.fleet.getApplication(application);
      const { clusters, groups, moreGroups, ...page } = await reads.outliers({ application, environment }, pageRequest(request));
      return { clusters, groups: [...groups], moreGroups, ...pageAnswer(request, page) };
    },
    getRolloutTimeline: async (request) => pageAnswer(request, await reads.rollouts.timeline(request.params.rollout, pageRequest(request))),
  };
}
