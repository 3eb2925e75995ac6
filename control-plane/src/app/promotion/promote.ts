import type { NewPromotion } from "@drover/proto/rest";
import { decidePromotion } from "../../domain/fleet/decide-promotion.ts";
import type { Caller } from "../access/caller.ts";
import { carryOutDecision, type CarryOutDeps } from "../fleet/carry-out-decision.ts";
import type { CompletedRevisions } from "../rollout/completed-revisions.ts";
import { inSpanOf } from "../in-span-of.ts";
import { loadStanding, type LoadedStanding, type StandingDeps } from "./standing.ts";

export interface PromoteDeps extends StandingDeps, CarryOutDeps {
  readonly completed: CompletedRevisions;
}

/** What to ask for instead of a commit: let the environment follow its source again. */
const head = "head";

/**
 * Moves the pin of an environment to a revision, by a commit in the fleet repository. Resolves when that commit is projected; for a revision
 * that is there already, without one.
 */
export function createPromote(deps: PromoteDeps) {
  const promote = async (caller: Caller, request: NewPromotion, signal: AbortSignal): Promise<{ readonly id: string }> => {
    const { application, environment, expectedRevision, reason } = request;
    const operation = `promote ${application} to ${environment}`;
    const loaded = await loadStanding(deps, { application, environment }, operation, signal);
    const { wanted, completedIn } = await wantedRevision(deps, loaded, request, signal);
    const promotesFrom = loaded.environment.promotesFrom ?? [];
    const decision = decidePromotion(loaded.standing, { wanted, expectedRevision, reason, promotesFrom, completedIn });
    return carryOutDecision(deps, decision, loaded, { kind: "Promotion", reason, caller }, signal);
  };
  return (caller: Caller, request: NewPromotion, signal: AbortSignal) =>
    inSpanOf(caller, "promotion.create", (traced) => promote(traced, request, signal));
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
