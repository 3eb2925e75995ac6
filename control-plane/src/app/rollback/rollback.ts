import { DroverError, matchesSelector } from "@drover/kit";
import type { NewRollback } from "@drover/proto/rest";
import { type DecidedRollback, decideRollback, rollBackTogether } from "../../domain/fleet/decide-rollback.ts";
import type { Caller } from "../access/caller.ts";
import { carryOutDecision } from "../fleet/carry-out-decision.ts";
import { inSpanOf } from "../in-span-of.ts";
import type { PromoteDeps } from "../promotion/promote.ts";
import { type RollbackPlace, rollbackPlaces } from "./rollback-places.ts";
import { type LoadedStanding, loadStanding } from "../promotion/standing.ts";
import { notFound } from "../fleet/submit-intent.ts";

/**
 * Moves environments, or one cluster by an exception, back to revisions that completed there, by one commit in the fleet repository: what
 * keeps one of them keeps them all. Going forward again afterwards is the same with a later revision, or a `git revert` of the commit.
 */
export function createRollback(deps: PromoteDeps) {
  const rollBack = async (caller: Caller, request: NewRollback, signal: AbortSignal): Promise<{ readonly id: string }> => {
    const { reason, expectedRevision, quarantine } = request;
    const decided: (DecidedRollback & { readonly loaded: LoadedStanding })[] = [];
    for (const place of await rollbackPlaces(deps, request)) decided.push(await decide(deps, place, { reason, expectedRevision }, signal));
    const [first] = decided;
    if (first === undefined) throw new DroverError("internal", "INTERNAL", "roll back: the request means no place");
    const decision = rollBackTogether(decided, quarantine === true ? { reason } : undefined);
    return carryOutDecision(deps, decision, first.loaded, { kind: "Rollback", reason, caller }, signal);
  };
  return (caller: Caller, request: NewRollback, signal: AbortSignal) =>
    inSpanOf(caller, "rollback.create", (traced) => rollBack(traced, request, signal));
}

export async function decide(
  deps: PromoteDeps,
  { application, environment, cluster, revision, mustBeAt }: RollbackPlace,
  asked: { readonly reason: string; readonly expectedRevision: string | undefined },
  signal: AbortSignal,
): Promise<DecidedRollback & { readonly loaded: LoadedStanding }> {
  const operation = `roll ${application} in ${environment} back`;
  const loaded = await loadStanding(deps, { application, environment }, operation, signal);
  if (cluster !== undefined) await checkCluster(deps, cluster, loaded.environment.clusterSelector, operation, environment);
  const { standing, historyLimit } = loaded;
  const completed = await deps.completed.list(application, environment);
  return { standing, decision: decideRollback(standing, { ...asked, cluster, revision, mustBeAt, completed, historyLimit }), loaded };
}

async function checkCluster(
  { fleet }: PromoteDeps,
  name: string,
  selector: Parameters<typeof matchesSelector>[0],
  operation: string,
  environment: string,
): Promise<void> {
  const cluster = await fleet.get("Cluster", name);
  if (cluster === undefined) throw notFound("cluster", name, operation);
  if (!matchesSelector(selector, cluster.form.labels ?? {}))
    throw new DroverError(
      "wrong-state",
      "CLUSTER_NOT_IN_ENVIRONMENT",
      `${operation}: cluster ${name} is not in ${environment}, whose clusterSelector does not match its labels`,
    );
}
