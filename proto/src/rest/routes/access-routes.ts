import { Type } from "typebox";
import { Challenge, EnrolmentRequest, Identity as AgentIdentity, RenewalRequest } from "../../wire/enrolment-shapes.ts";
import { listOf, listQuery, queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { apiTokenFields, ApiToken, CreatedApiToken, Identity, NewApiToken } from "../token.ts";
import { Id } from "../words.ts";
import { rehearsed } from "../validate-only.ts";

const push = {
  method: "POST",
  permission: "public",
  body: Type.Unknown(),
  status: 202,
  answer: Type.Object({ hinted: Type.Array(Type.String(), { description: "repositories that will be looked at" }) }),
} as const;

export const accessRoutes = {
  whoAmI: {
    method: "GET",
    path: "/v1/whoami",
    permission: "fleet.read",
    summary: "The caller as the server sees it",
    status: 200,
    answer: Identity,
  },
  createApiToken: {
    method: "POST",
    path: "/v1/tokens",
    permission: "token.manage",
    summary: "A token for the API; shown in this answer only",
    body: NewApiToken,
    status: 201,
    answer: CreatedApiToken,
    location: "/v1/tokens/{id}",
    secret: true,
  },
  listApiTokens: {
    method: "GET",
    path: "/v1/tokens",
    permission: "token.manage",
    summary: "Tokens for the API without their secrets, newest first",
    list: apiTokenFields,
    query: queryOf(listQuery(apiTokenFields)),
    status: 200,
    answer: listOf(ApiToken),
  },
  getApiToken: {
    method: "GET",
    path: "/v1/tokens/{token}",
    permission: "token.manage",
    summary: "One token without its secret",
    params: Type.Object({ token: Id }),
    status: 200,
    answer: ApiToken,
  },
  revokeApiToken: {
    method: "DELETE",
    path: "/v1/tokens/{token}",
    permission: "token.manage",
    summary: "Ends a token; open watches with it are cut within 5 s. Safe to repeat",
    params: Type.Object({ token: Id }),
    ...rehearsed,
    status: 204,
  },
  getEnrolmentChallenge: {
    method: "GET",
    path: "/v1/enrol/challenge",
    permission: "public",
    summary: "For agents: a nonce that one enrolment or renewal may use",
    status: 200,
    answer: Challenge,
  },
  enrol: {
    method: "POST",
    path: "/v1/enrol",
    permission: "public",
    summary: "For agents: exchanges a one-time token and proof of a key for an identity",
    body: EnrolmentRequest,
    status: 200,
    answer: AgentIdentity,
  },
  renew: {
    method: "POST",
    path: "/v1/renew",
    permission: "public",
    summary: "For agents: hands the identity over to a new key, signed with the old one",
    body: RenewalRequest,
    status: 200,
    answer: AgentIdentity,
  },
  receiveGithubPush: {
    ...push,
    path: "/v1/webhooks/github",
    summary: "For git hosts: a push in GitHub's form, checked by X-Hub-Signature-256. Only a hint to look at a known repository",
  },
  receiveGitlabPush: {
    ...push,
    path: "/v1/webhooks/gitlab",
    summary: "For git hosts: a push in GitLab's form, checked by X-Gitlab-Token. Only a hint to look at a known repository",
  },
  receiveGiteaPush: {
    ...push,
    path: "/v1/webhooks/gitea",
    summary: "For git hosts: a push in Gitea's and Forgejo's form, checked by X-Gitea-Signature. Only a hint to look at a known repository",
  },
} as const satisfies Record<string, Route>;
