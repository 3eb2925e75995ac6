import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import { ofCluster } from "./statuses.ts";

type Ids = "getHistory" | "getOutliers" | "getRolloutTimeline";

export function historyOperations({ reads }: Pick<ApiDeps, "reads">): Handlers<Ids> {
  return {
    async getHistory(request) {
      const { at, environment } = request.query;
      const found = await reads.history({ at, environment }, await ofCluster(reads, request));
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
