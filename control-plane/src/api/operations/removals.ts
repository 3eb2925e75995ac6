import type { ApiDeps } from "../deps.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

export const removalOperations = ({
  reads,
  commands,
}: Pick<ApiDeps, "reads" | "commands">): Handlers<"listRemovals" | "getRemoval" | "removeApplication" | "removeCluster"> => ({
  listRemovals: async (request) => pageAnswer(request, await reads.removals.list(pageRequest(request))),
  getRemoval: ({ params }) => reads.removals.get(params.removal),
  async removeApplication({ caller, params: { application }, body, signal }) {
    const { names } = await commands.removeApplication(caller, { application, ...body }, signal);
    return { items: [...(await reads.removals.byName("ApplicationRemoval", names))] };
  },
  async removeCluster({ caller, params, body, signal }) {
    const { name } = await reads.clusters.get(params.cluster);
    const { names } = await commands.removeCluster(caller, { name, ...body }, signal);
    return { items: [...(await reads.removals.byName("ClusterRemoval", names))] };
  },
});
