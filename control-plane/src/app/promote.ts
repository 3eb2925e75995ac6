import type { NewPromotion } from "@drover/proto/rest";
import { decidePromotion } from "../domain/fleet/decide-promotion.ts";
import type { Caller } from "./caller.ts";
import type { CompletedRevisions } from "./completed-revisions.ts";
import { loadStanding, type LoadedStanding, type StandingDeps } from "./standing.ts";
import { newIntent, submitIntent, type SubmitIntentDeps } from "./submit-intent.ts";

export interface PromoteDeps extends StandingDeps, SubmitIntentDeps {
  readonly completed: CompletedRevisions;
  readonly newId: () => string;
}

/** What to ask for instead of a commit: let the environment follow its source again. */
const head = "head";

/**
 * Moves the pin of an environment to a revision, by a commit in the fleet repository. Resolves when that commit is projected; for a revision
 * that is there already, without one.
 */
export function createPromote(deps: PromoteDeps) {
  return async (caller: Caller, request: NewPromotion, signal: AbortSignal): Promise<{ readonly id: string }> => {
    const { application, environment, expectedRevision, reason } = request;
    const operation = `promote ${application} to ${environment}`;
    const loaded = await loadStanding(deps, { application, environment }, operation, signal);
    const { wanted, completedIn } = await wantedRevision(deps, loaded, request, signal);
    const promotesFrom = loaded.environment.promotesFrom ?? [];
    const decision = decidePromotion(loaded.standing, { wanted, expectedRevision, reason, promotesFrom, completedIn });

    const intent = { kind: "Promotion", subject: `${environment}/${application}`, reason } as const;
    const id = deps.newId();
    if (decision.kind === "edit") {
      await submitIntent(deps, newIntent(id, caller, { ...intent, edit: decision.edit }), caller, signal);
    } else {
      const edit = {
        kind: "set-pin",
        application,
        environment,
        revision: decision.revision,
        previousRevision: decision.revision,
        reason,
      } as const;
      await deps.intents.addFulfilled(newIntent(id, caller, { ...intent, edit }), loaded.pin?.commit, caller);
    }
    return { id };
  };
}

async function wantedRevision(
  { sourceFiles, sources, completed }: PromoteDeps,
  { standing, environment, source }: LoadedStanding,
  { application, environment: name, revision }: NewPromotion,
  signal: AbortSignal,
) {
  const commit = await sourceFiles.resolve(source, revision === head ? source.ref : revision, signal);
  if (revision === head && standing.isTracked) {
    // Asked for by a person, so also after a rewritten history, which is not followed by itself.
    await sources.advance(source, commit, [{ application, environment: name }]);
    return { wanted: { kind: "follow", head: commit } as const, completedIn: [] };
  }
  const upstream = environment.promotesFrom ?? [];
  const completedIn = upstream.length === 0 ? [] : await completed.whereCompleted(application, commit, upstream);
  return { wanted: { kind: "commit", revision: commit } as const, completedIn };
}
