import { DroverError } from "@drover/kit";
import { quarantineProblem } from "../placement/quarantine.ts";
import { checkExpected, checkQuarantine, isSame, type PinDecision, type Standing } from "./decide-promotion.ts";
import type { FileEdit } from "./fleet-edit.ts";

export interface RollbackRequest {
  readonly cluster: string | undefined;
  /** As given: also a short id. The newest completed before the present one when absent. */
  readonly revision: string | undefined;
  readonly expectedRevision: string | undefined;
  readonly reason: string;
  /** Revisions whose rollouts completed in the environment, newest first. */
  readonly completed: readonly string[];
  /** How many of them may be chosen. */
  readonly historyLimit: number;
  /** What the change that is taken back had brought, which must be there still. */
  readonly mustBeAt: string | undefined;
}

/** Throws `stale` REVISION_CHANGED, `wrong-state` NOT_COMPLETED_HERE, REVISION_QUARANTINED, CHANGE_SUPERSEDED. */
export function decideRollback(standing: Standing, request: RollbackRequest): PinDecision {
  const { application, environment, pinned, current } = standing;
  const { cluster, reason, expectedRevision } = request;
  checkExpected(standing, expectedRevision);
  checkStillThere(standing, request);
  const revision = completedRevision(standing, request);
  checkQuarantine(standing, revision);
  const place = { application, environment, revision, reason, previousRevision: current ?? pinned ?? null };
  if (cluster !== undefined) return { kind: "edit", edit: { kind: "set-exception", cluster, ...place } };
  if (pinned === revision) return { kind: "unchanged", revision };
  const before = expectedRevision === undefined ? {} : { before: { revision: pinned ?? null } };
  return { kind: "edit", edit: { kind: "set-pin", ...place, ...before } };
}

function completedRevision(
  { application, environment, current, quarantine }: Standing,
  { revision, completed, historyLimit }: RollbackRequest,
): string {
  const kept = completed.filter((one) => one !== current).slice(0, historyLimit);
  const candidates = kept.filter((one) => quarantineProblem(quarantine, application, one) === undefined);
  const present = completed.filter((one) => one === current);
  const found = revision === undefined ? candidates[0] : [...kept, ...present].find((one) => isSame(one, revision));
  if (found !== undefined) return found;
  const shown = candidates.slice(0, maxCandidates);
  throw new DroverError(
    "wrong-state",
    "NOT_COMPLETED_HERE",
    `roll ${application} in ${environment} back: ${revision === undefined ? "no other revision has" : `revision ${revision.slice(0, 40)} is not among the last ${historyLimit} that`} completed there; ` +
      (shown.length === 0 ? "promote a revision instead" : `choose one of ${shown.map((one) => one.slice(0, 12)).join(", ")}`),
    { details: { candidates: shown } },
  );
}

const maxCandidates = 10;

function checkStillThere({ application, environment, current }: Standing, { cluster, mustBeAt, revision }: RollbackRequest): void {
  // A rollback that came by itself may have been faster.
  if (mustBeAt === undefined || cluster !== undefined || current === mustBeAt || current === revision) return;
  throw new DroverError(
    "wrong-state",
    "CHANGE_SUPERSEDED",
    `roll ${application} in ${environment} back: it was moved to ${current?.slice(0, 12) ?? "nothing"} since that change; roll the others back by themselves`,
    { details: { application, environment, current: current ?? null } },
  );
}

/** A place, and what was decided of it. */
export interface DecidedRollback {
  readonly standing: Standing;
  readonly decision: PinDecision;
}

/** Several decisions as one: a commit that moves all the pins, or none. With `reason`, what is left behind is quarantined too. */
export function rollBackTogether(decided: readonly DecidedRollback[], quarantine: { readonly reason: string } | undefined): PinDecision {
  const moves = decided.flatMap(({ decision }) => (decision.kind === "edit" && isFileEdit(decision.edit) ? [decision.edit] : []));
  const [first] = decided;
  const left = new Map<string, FileEdit>();
  for (const { standing, decision } of quarantine === undefined ? [] : decided)
    if (standing.current !== undefined && decision.kind === "edit")
      left.set(`${standing.application} ${standing.current}`, {
        kind: "quarantine",
        application: standing.application,
        revision: standing.current,
        reason: quarantine?.reason ?? "",
      });
  const [only, ...more] = [...moves, ...left.values()];
  if (first === undefined || only === undefined) return first?.decision ?? { kind: "unchanged", revision: "" };
  if (more.length === 0) return { kind: "edit", edit: only };
  const { application, environment } = first.standing;
  const revision = "revision" in only ? only.revision : "";
  return { kind: "edit", edit: { kind: "together", application, environment, revision, edits: [only, ...more] } };
}

const isFileEdit = (edit: Extract<PinDecision, { kind: "edit" }>["edit"]): edit is FileEdit =>
  edit.kind === "set-pin" || edit.kind === "set-exception";
