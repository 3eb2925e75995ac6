import type { ApiDeps } from "../deps.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

export const pruneOperations = ({
  reads,
  commands,
}: Pick<ApiDeps, "reads" | "commands">): Handlers<"listHeldPrunes" | "createPruneApproval"> => ({
  listHeldPrunes: async (request) => pageAnswer(request, await reads.heldPrunes(pageRequest(request))),
  createPruneApproval: ({ caller, body }) => commands.approvePrune(caller, body),
});
