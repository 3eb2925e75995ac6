import { DroverError } from "@drover/kit";
import type { ApiDeps } from "../deps.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

export const pruneOperations = ({
  reads,
  commands,
}: Pick<ApiDeps, "reads" | "commands">): Handlers<"listHeldPrunes" | "getHeldPrune" | "createPruneApproval"> => ({
  listHeldPrunes: async (request) => pageAnswer(request, await reads.heldPrunes(pageRequest(request))),
  async getHeldPrune({ params }) {
    const found = await reads.heldPrune(params.heldPrune);
    if (found !== undefined) return found;
    const message = `get held prune ${params.heldPrune}: no cluster holds this list now; \`drover prune list\` shows those that are held`;
    throw new DroverError("not-found", "HELD_PRUNE_NOT_FOUND", message);
  },
  createPruneApproval: ({ caller, body }) => commands.approvePrune(caller, body),
});
