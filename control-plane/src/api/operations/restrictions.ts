import { DroverError } from "@drover/kit";
import type { ListRequest } from "../../app/page.ts";
import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { type ListIdentity, pageAnswer, pageRequest } from "../page-token.ts";

type Ids = "createBreakGlass" | "listBreakGlass" | "getBreakGlass" | "endBreakGlass" | "stopFleet" | "releaseStop" | "getStop";

export const restrictionOperations = ({ reads, commands }: Pick<ApiDeps, "reads" | "commands">): Handlers<Ids> => ({
  createBreakGlass: ({ caller, body }) => commands.beginBreakGlass(caller, body),
  listBreakGlass: async (request) => pageAnswer(request, await reads.breakGlasses(breakGlassRequest(request))),
  async getBreakGlass({ params }) {
    const found = await reads.breakGlass(params.breakGlass);
    if (found !== undefined) return found;
    const message = `get break-glass ${params.breakGlass}: there is none; \`drover break-glass list\` shows them`;
    throw new DroverError("not-found", "BREAK_GLASS_NOT_FOUND", message);
  },
  endBreakGlass: ({ caller, params, body }) => commands.endBreakGlass(caller, params.breakGlass, body),
  stopFleet: ({ caller, body }) => commands.stopFleet(caller, body.reason),
  releaseStop: ({ caller, body }) => commands.releaseStop(caller, body.reason),
  getStop: () => reads.emergencyStop(),
});

/** What the list and the watch of them are both asked for. */
export const breakGlassRequest = (list: ListIdentity & { readonly query: { readonly open?: boolean } }): ListRequest =>
  pageRequest(list, { state: list.query.open === true ? "Open" : undefined });
