import { rfc3339 } from "@drover/kit";
import { permissionsOf } from "../../app/access/authorise.ts";
import type { ApiDeps } from "../deps.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";
import { readPush } from "./webhook.ts";

type Ids =
  | "whoAmI"
  | "createApiToken"
  | "listApiTokens"
  | "getApiToken"
  | "revokeApiToken"
  | "getEnrolmentChallenge"
  | "enrol"
  | "renew"
  | "receiveGithubPush"
  | "receiveGitlabPush"
  | "receiveGiteaPush";

export function accessOperations({ tokens, agents, webhooks }: Pick<ApiDeps, "tokens" | "agents" | "webhooks">): Handlers<Ids> {
  const receive = async (host: Parameters<typeof readPush>[0], delivery: Omit<Parameters<typeof readPush>[1], "secret">) => {
    const push = readPush(host, { ...delivery, secret: webhooks.secret });
    return { hinted: push === undefined ? [] : [...(await webhooks.hint(push))] };
  };

  return {
    async whoAmI({ caller, principal }) {
      const { actor, role, approves = [], overrides = [] } = caller;
      const token = principal && { tokenId: principal.tokenId, expiresAt: rfc3339(principal.expiresAt) };
      return { actor, role, permissions: [...permissionsOf(caller)], approves: [...approves], overrides: [...overrides], ...token };
    },
    async createApiToken({ caller, body }) {
      const { token, record } = await tokens.create(caller, body);
      return { ...record, token: token.reveal() };
    },
    listApiTokens: async (request) => pageAnswer(request, await tokens.list(pageRequest(request))),
    getApiToken: ({ params }) => tokens.get(params.token),
    async revokeApiToken({ caller, params }) {
      await tokens.revoke(caller, params.token);
      return undefined;
    },
    getEnrolmentChallenge: () => agents.challenge(),
    enrol: ({ body, requestId }) => agents.enrol(body, requestId),
    renew: ({ body, requestId }) => agents.renew(body, requestId),
    receiveGithubPush: (request) => receive("github", request),
    receiveGitlabPush: (request) => receive("gitlab", request),
    receiveGiteaPush: (request) => receive("gitea", request),
  };
}
