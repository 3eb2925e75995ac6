import { rfc3339 } from "@drover/kit";
import type { Rollout } from "@drover/proto/rest";
import type { Caller } from "../../app/access/caller.ts";
import type { IfMatch } from "../../domain/fleet/object-edit.ts";
import { parseOptionalIfMatch } from "../if-match.ts";
import type { ApiDeps } from "../deps.ts";
import { whySubject } from "../why-subject.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

type Ids =
  | "createPromotion"
  | "listPromotions"
  | "getPromotion"
  | "resumeAutoPromotion"
  | "createRollback"
  | "previewRollback"
  | "listRollouts"
  | "getRollout"
  | "listRolloutTargets"
  | "listRolloutTransitions"
  | "pauseRollout"
  | "resumeRollout"
  | "abortRollout"
  | "skipRolloutCluster"
  | "skipRolloutWave"
  | "retryRollout"
  | "previewRollout"
  | "explain";

interface Ordered<Body> {
  readonly caller: Caller;
  readonly params: { readonly rollout: string };
  readonly body: Body;
  readonly header: (name: string) => string | undefined;
}

export function rolloutOperations({ reads, commands, clock }: Pick<ApiDeps, "reads" | "commands" | "clock">): Handlers<Ids> {
  /** Does a verb on a rollout and answers the rollout as it then is. */
  const after = async <Body extends object>(
    verb: (caller: Caller, rolloutId: string, body: Body & { readonly ifMatch?: IfMatch | undefined }) => Promise<void>,
    { caller, params, body, header }: Ordered<Body>,
  ): Promise<Rollout> => {
    await verb(caller, params.rollout, { ...body, ifMatch: parseOptionalIfMatch(header("if-match")) });
    return reads.rollouts.get(params.rollout);
  };

  return {
    async createPromotion({ caller, body, signal }) {
      const { id } = await commands.promote(caller, body, signal);
      return reads.promotions.get(id);
    },
    listPromotions: async (request) => pageAnswer(request, await reads.promotions.list(pageRequest(request))),
    getPromotion: ({ params }) => reads.promotions.get(params.promotion),
    resumeAutoPromotion: ({ caller, params, body, signal }) => commands.resumeAutoPromotion(caller, { ...params, ...body }, signal),
    async createRollback({ caller, body, signal }) {
      const { id } = await commands.rollback(caller, body, signal);
      return reads.promotions.get(id);
    },
    previewRollback: ({ body, signal }) => reads.previewRollback(body, signal),
    listRollouts: async (request) => pageAnswer(request, await reads.rollouts.list(pageRequest(request))),
    getRollout: ({ params }) => reads.rollouts.get(params.rollout),
    listRolloutTargets: async (request) => pageAnswer(request, await reads.rollouts.targets(request.params.rollout, pageRequest(request))),
    listRolloutTransitions: async (request) =>
      pageAnswer(request, await reads.rollouts.transitions(request.params.rollout, pageRequest(request))),
    pauseRollout: (request) => after(commands.pauseRollout, request),
    resumeRollout: (request) => after(commands.resumeRollout, request),
    abortRollout: (request) => after(commands.abortRollout, request),
    skipRolloutCluster: (request) => after(commands.skipRolloutCluster, request),
    skipRolloutWave: (request) => after(commands.skipRolloutWave, request),
    retryRollout: (request) => after(commands.retryRollout, request),
    async previewRollout({ body, signal }) {
      await reads.fleet.getEnvironment(body.environment);
      await reads.fleet.getApplication(body.application);
      return reads.preview(body, signal);
    },
    async explain({ query, signal }) {
      const { subject, name } = await whySubject(query, reads);
      return { subject: name, at: rfc3339(clock.now()), links: [...(await reads.explain(subject, signal))] };
    },
  };
}
