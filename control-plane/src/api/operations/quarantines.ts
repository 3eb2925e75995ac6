import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";

type Ids = "listQuarantines" | "getQuarantine" | "liftQuarantine";

export const quarantineOperations = ({ reads, commands }: Pick<ApiDeps, "reads" | "commands">): Handlers<Ids> => ({
  listQuarantines: async (request) => pageAnswer(request, await reads.quarantines(pageRequest(request))),
  getQuarantine: ({ params }) => reads.quarantine(params.quarantine),
  liftQuarantine: ({ caller, params, body, signal }) => commands.liftQuarantine(caller, params.quarantine, body.reason, signal),
});
