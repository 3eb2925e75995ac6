import { DroverError } from "@drover/kit";
import type { Quarantine } from "@drover/proto/fleet";
import { quarantineProblem } from "../placement/quarantine.ts";
import { type FleetEdit, revisionChanged } from "./fleet-edit.ts";

/** An application in an environment as a request finds it. */
export interface Standing {
  readonly application: string;
  readonly environment: string;
  /** The pin's revision as it is written; undefined where nothing is pinned. */
  readonly pinned: string | undefined;
  /** The full id of what is pinned or tracked, as far as it is known. */
  readonly current: string | undefined;
  readonly isTracked: boolean;
  readonly quarantine: Quarantine | undefined;
}

export interface PromotionRequest {
  /** A full commit id, or the wish to follow the source's ref again. */
  readonly wanted: { readonly kind: "commit"; readonly revision: string } | { readonly kind: "follow"; readonly head: string };
  readonly expectedRevision: string | undefined;
  readonly reason: string;
  readonly promotesFrom: readonly string[];
  /** Those of `promotesFrom` where a rollout of the wanted revision has completed. */
  readonly completedIn: readonly string[];
}

export type PinDecision = { readonly kind: "unchanged"; readonly revision: string } | { readonly kind: "edit"; readonly edit: FleetEdit };

/** Throws `stale` REVISION_CHANGED, `wrong-state` REVISION_QUARANTINED, NOT_COMPLETED_UPSTREAM. */
export function decidePromotion(standing: Standing, request: PromotionRequest): PinDecision {
  const { application, environment, pinned, current } = standing;
  const { wanted, expectedRevision, reason } = request;
  checkExpected(standing, expectedRevision);
  const place = { application, environment, previousRevision: current ?? pinned ?? null };
  const before = expectedRevision === undefined ? {} : { before: { revision: pinned ?? null } };
  if (wanted.kind === "follow") {
    if (pinned === undefined) return { kind: "unchanged", revision: wanted.head };
    return { kind: "edit", edit: { kind: "remove-pin", ...place, revision: wanted.head, ...before } };
  }
  const { revision } = wanted;
  checkQuarantine(standing, revision);
  if (pinned !== undefined && current === revision) return { kind: "unchanged", revision };
  checkUpstream(standing, request, revision);
  return { kind: "edit", edit: { kind: "set-pin", ...place, revision, reason, ...before } };
}

export function checkExpected({ application, environment, pinned, current }: Standing, expected: string | undefined): void {
  if (expected === undefined) return;
  if (![pinned, current].some((one) => one !== undefined && isSame(one, expected)))
    throw revisionChanged(application, environment, current ?? pinned ?? null);
}

export function checkQuarantine({ quarantine, application }: Standing, revision: string): void {
  const problem = quarantineProblem(quarantine, application, revision);
  if (problem !== undefined) throw new DroverError("wrong-state", problem.code, problem.message, { details: problem.details ?? {} });
}

function checkUpstream({ application, environment }: Standing, { promotesFrom, completedIn }: PromotionRequest, revision: string): void {
  if (promotesFrom.length === 0 || completedIn.length > 0) return;
  throw new DroverError(
    "wrong-state",
    "NOT_COMPLETED_UPSTREAM",
    `promote ${application} to ${environment}: ${revision.slice(0, 12)} has not completed in ${promotesFrom.join(" or ")}; promote it there first`,
    { details: { promotesFrom, revision } },
  );
}

const shortestId = 7;

/** A full id and the same or a unique short form of it. */
export const isSame = (full: string, given: string): boolean =>
  full === given || (given.length >= shortestId && /^[0-9a-f]+$/.test(given) && full.startsWith(given));
