import { shortRevision } from "@drover/kit";
import type { Instant } from "@drover/kit";
import type { HoldReason, HoldSummary } from "../rollout/holds.ts";
import type { Phase } from "../rollout/phase.ts";
import type { RolloutStrategy } from "../rollout/strategy.ts";
import type { Pause } from "./explain-pause.ts";
import { explainQuarantine, explainTakenBack, explainTakingBack, type QuarantineFacts } from "./explain-rollback.ts";
import { type ExplainedTarget, explainTarget } from "./explain-target.ts";
import type { TargetState } from "../rollout/target.ts";
import { goBack, holdLink } from "./hold-link.ts";
import { causedBy, type Link, sinceText } from "./link.ts";

/** A rollout as it stands, with those of its clusters that are not settled. */
export interface RolloutFacts {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly phase: Phase;
  readonly revision: string;
  readonly strategy: RolloutStrategy;
  readonly holds: readonly HoldSummary[];
  /** Failed, in flight, offline, and those that succeeded and are unwell; a bounded number of each. */
  readonly targets: readonly ExplainedTarget[];
  /** Whether a rollback by hand would find a revision to return to. */
  readonly canGoBack: boolean;
  readonly supersededBy: string | undefined;
  readonly endedBecause: string | undefined;
  /** Of what has ended: the newest rollout that began in its place since. */
  readonly overtakenBy?: string | undefined;
  readonly finishedAt: Instant | undefined;
  /** Of one that is completed: how many clusters do without it, by their state. */
  readonly leftOut?: readonly { readonly state: TargetState; readonly clusters: number }[];
  readonly pause?: Pause | undefined;
  /** Of a rollback: what it takes back, and why. */
  readonly rollsBack?: { readonly id: string; readonly revision: string; readonly reason: string };
  /** Of what is taken back, or was: by what. */
  readonly rollback?: RolloutFacts;
  /** That a rollback left behind and nobody lifted yet. */
  readonly quarantine?: QuarantineFacts;
}

/** Clusters named in one answer; the rest is a number. */
const maxClusters = 3;

/**
 * Why a rollout is not further. What holds it stands side by side; below each stand the clusters that are its cause, down to the object
 * that keeps them. A wave that waits for an earlier one does so because of whatever holds that.
 */
export function explainRollout(facts: RolloutFacts, now: Instant): readonly Link[] {
  const { phase, rollback } = facts;
  if (phase === "RollingBack")
    return [causedBy(explainTakenBack(facts), rollback === undefined ? [] : explainProgress(rollback, now)), ...explainQuarantine(facts)];
  return [...explainTakingBack(facts), ...explainProgress(facts, now), ...explainQuarantine(facts)];
}

function explainProgress(facts: RolloutFacts, now: Instant): readonly Link[] {
  const ended = explainEnd(facts);
  if (ended !== undefined) return [ended];
  const unsettled = explainClusters(facts, now);
  const claimed = new Set<Link>();
  const claim = (because: HoldReason): readonly Link[] => {
    const causes = unsettled.filter(({ link, target }) => !claimed.has(link) && isCause(because, target)).map(({ link }) => link);
    for (const link of causes) claimed.add(link);
    return causes;
  };
  const holds = facts.holds.filter(saysMore);
  const nearer = holds
    .filter(({ because }) => because.kind !== "EarlierWave")
    .map((hold) => causedBy(holdLink(facts, hold), claim(hold.because)));
  const waiting = holds
    .filter(({ because }) => because.kind === "EarlierWave")
    .map((hold) => causedBy(holdLink(facts, hold), [...nearer, ...claim(hold.because)]));
  const others = unsettled.map(({ link }) => link).filter((link) => !claimed.has(link));
  const links = [...(waiting.length > 0 ? waiting : nearer), ...others];
  if (links.length > 0) return links;
  const [hold] = facts.holds;
  return [hold === undefined ? about(facts, facts.phase, `it is ${facts.phase} and about to go on`) : holdLink(facts, hold)];
}

/** That a wave is not done says nothing where nobody waits for it, and its own clusters say why. */
const saysMore = ({ because, clusters }: HoldSummary): boolean => because.kind !== "EarlierWave" || clusters > 0;

/** Whether what keeps this cluster is why the hold is there. */
function isCause(because: HoldReason, { state, status }: ExplainedTarget): boolean {
  switch (because.kind) {
    case "Halted":
    case "TooFewSuccessful":
      return state === "failed";
    case "StrictFailures":
      return state === "failed" || state === "inFlight";
    case "Concurrency":
      return state === "inFlight";
    case "EarlierWave":
      return state === "inFlight" || state === "offline";
    case "Unwell":
      return state === "succeeded";
    case "PruneHeld":
      return state === "inFlight" && status?.holdsPrune === true;
    case "OfflineBudget":
    case "Offline":
    case "AwaitingOffline":
    case "Maintenance":
      return state === "offline";
    case "Stopped":
    case "Paused":
    case "Quarantined":
    case "Frozen":
    case "OutsideWindow":
    case "GateOpen":
    case "GateFailed":
    case "Soaking":
      return false;
  }
}

function explainCompleted(facts: RolloutFacts): Link {
  const { id, revision, finishedAt, leftOut = [] } = facts;
  const reached = `revision ${shortRevision(revision)} reached every cluster`;
  if (leftOut.length === 0) return about(facts, "Completed", `${reached} at ${sinceText(finishedAt)}`);
  const without = leftOut.map(({ state, clusters }) => `${clusters} ${state}`).join(", ");
  return {
    ...about(
      facts,
      "Completed",
      `${reached} but ${leftOut.reduce((sum, { clusters }) => sum + clusters, 0)} at ${sinceText(finishedAt)}: ${without}`,
    ),
    action: `see which: drover rollout status ${id}`,
  };
}

function explainAborted(facts: RolloutFacts): Link {
  const { id, endedBecause, overtakenBy, canGoBack } = facts;
  const message = `it was aborted${endedBecause === undefined ? "" : `: ${endedBecause}`}; clusters keep what they have`;
  if (overtakenBy !== undefined)
    return {
      ...about(facts, "Aborted", `${message}; another rollout has begun there since`),
      action: `see that one: drover rollout status ${overtakenBy}`,
    };
  const back = canGoBack ? `${goBack(facts)}, or promote another revision` : `or ${goBack(facts)}`;
  return { ...about(facts, "Aborted", message), action: `take it up where it stopped: drover rollout retry ${id}, ${back}` };
}

function explainEnd(facts: RolloutFacts): Link | undefined {
  const { phase, supersededBy } = facts;
  switch (phase) {
    case "Completed":
      return explainCompleted(facts);
    case "Superseded":
      return about(
        facts,
        "Superseded",
        supersededBy === undefined
          ? "it ended: git asked for something else, or left it no cluster to go to"
          : `rollout ${supersededBy} took its place`,
      );
    case "Aborted":
      return explainAborted(facts);
    case "RolledBack":
      return explainTakenBack(facts);
    case "Pending":
    case "Running":
    case "Paused":
    case "Halted":
    case "RollingBack":
      return undefined;
  }
}

const about = ({ id, revision }: RolloutFacts, kind: string, message: string): Link => ({
  kind,
  subject: `rollouts/${id}`,
  message,
  numbers: { revision },
});

const order = ["failed", "succeeded", "inFlight", "offline"];

function explainClusters(facts: RolloutFacts, now: Instant): readonly { readonly target: ExplainedTarget; readonly link: Link }[] {
  const sorted = facts.targets.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1));
  const explained = sorted.flatMap((target) => {
    const link = explainTarget(target, facts, now);
    return link === undefined ? [] : [{ target, link }];
  });
  return explained.slice(0, maxClusters);
}
