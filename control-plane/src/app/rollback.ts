import { DroverError, matchesSelector } from "@drover/kit";
import type { NewRollback } from "@drover/proto/rest";
import { decideRollback } from "../domain/fleet/decide-promotion.ts";
import type { Caller } from "./caller.ts";
import { carryOutDecision } from "./carry-out-decision.ts";
import { inSpanOf } from "./in-span-of.ts";
import type { PromoteDeps } from "./promote.ts";
import { loadStanding } from "./standing.ts";
import { notFound } from "./submit-intent.ts";

/**
 * Moves an environment, or one cluster of it by an exception, back to a revision that completed there, by a commit in the fleet repository.
 * Going forward again afterwards is the same with a later revision, or a `git revert` of the commit.
 */
export function createRollback(deps: PromoteDeps) {
  const rollBack = async (caller: Caller, request: NewRollback, signal: AbortSignal): Promise<{ readonly id: string }> => {
    const { application, environment, cluster, revision, expectedRevision, reason } = request;
    const operation = `roll ${application} in ${environment} back`;
    const loaded = await loadStanding(deps, { application, environment }, operation, signal);
    if (cluster !== undefined) await checkCluster(deps, cluster, loaded.environment.clusterSelector, operation, environment);
    const completed = await deps.completed.list(application, environment);
    const decision = decideRollback(loaded.standing, { cluster, revision, expectedRevision, reason, completed });
    return carryOutDecision(deps, decision, loaded, { kind: "Rollback", reason, caller }, signal);
  };
  return (caller: Caller, request: NewRollback, signal: AbortSignal) =>
    inSpanOf(caller, "rollback.create", (traced) => rollBack(traced, request, signal));
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
