import { type Instant, plural, rfc3339 } from "@drover/kit";
import { describeHold } from "../rollout/describe.ts";
import type { HoldReason, HoldSummary } from "../rollout/holds.ts";
import type { Phase } from "../rollout/phase.ts";
import type { RolloutStrategy } from "../rollout/strategy.ts";
import { explainPause, type Pause } from "./explain-pause.ts";
import { explainQuarantine, explainTakenBack, explainTakingBack, type QuarantineFacts } from "./explain-rollback.ts";
import { type ExplainedTarget, explainTarget } from "./explain-target.ts";
import { type Link, short, sinceText } from "./link.ts";

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
  readonly supersededBy: string | undefined;
  readonly endedBecause: string | undefined;
  readonly finishedAt: Instant | undefined;
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

/** Why a rollout is not further: what holds it, then the clusters that matter, each down to the object that keeps it. */
export function explainRollout(facts: RolloutFacts, now: Instant): readonly Link[] {
  const { phase, rollback } = facts;
  if (phase === "RollingBack")
    return [explainTakenBack(facts), ...(rollback === undefined ? [] : explainProgress(rollback, now)), ...explainQuarantine(facts)];
  return [...explainTakingBack(facts), ...explainProgress(facts, now), ...explainQuarantine(facts)];
}

function explainProgress(facts: RolloutFacts, now: Instant): readonly Link[] {
  const ended = explainEnd(facts);
  if (ended !== undefined) return [ended];
  const held = facts.holds.filter((hold) => saysMore(hold, facts)).flatMap((hold) => explainHold(facts, hold));
  const links = [...held, ...explainClusters(facts, now)];
  return links.length > 0 ? links : [about(facts, facts.phase, `it is ${facts.phase} and about to go on`)];
}

/** That a wave is not done says nothing where something holds its own clusters. */
const saysMore = ({ because, clusters }: HoldSummary, { holds }: RolloutFacts): boolean =>
  because.kind !== "EarlierWave" || clusters > 0 || holds.length === 1;

function explainEnd(facts: RolloutFacts): Link | undefined {
  const { phase, revision, finishedAt, supersededBy, endedBecause } = facts;
  switch (phase) {
    case "Completed":
      return about(facts, "Completed", `revision ${short(revision)} reached every cluster at ${sinceText(finishedAt)}`);
    case "Superseded":
      return about(
        facts,
        "Superseded",
        supersededBy === undefined ? "nothing wants it any more" : `rollout ${supersededBy} took its place`,
      );
    case "Aborted":
      return {
        ...about(facts, "Aborted", `it was aborted${endedBecause === undefined ? "" : `: ${endedBecause}`}; clusters keep what they have`),
        action: `drover rollback ${facts.application} --environment ${facts.environment}, or promote another revision`,
      };
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

function explainHold(facts: RolloutFacts, { because, clusters }: HoldSummary): readonly Link[] {
  const waiting = clusters === 0 ? "" : `; ${plural(clusters, "cluster")} ${clusters === 1 ? "waits" : "wait"}`;
  const link = holdLink(facts, because);
  return [
    { ...link, message: `${link.message}${waiting}`, numbers: { ...link.numbers, ...(clusters === 0 ? {} : { waiting: clusters }) } },
  ];
}

function holdLink(facts: RolloutFacts, because: HoldReason): Link {
  const link = { kind: because.kind, subject: `rollouts/${facts.id}`, message: describeHold(because) };
  switch (because.kind) {
    case "Paused":
      return { ...link, ...explainPause(facts.pause), action: `drover rollout resume ${facts.id}` };
    case "Halted": {
      const { failed, maxFailures } = because;
      const goOn = `drover rollout resume ${facts.id} --accept-failures ${Math.max(1, failed - maxFailures)}`;
      return {
        ...link,
        numbers: { failed, maxFailures },
        action: `drover rollback ${facts.application} --environment ${facts.environment}, or go on all the same: ${goOn}`,
      };
    }
    case "Stopped":
      return { ...link, numbers: { by: because.actor, since: rfc3339(because.since) }, action: "drover stop --release --reason TEXT" };
    case "Quarantined":
      return {
        ...link,
        numbers: { revision: because.revision },
        action: `promote another revision, or: drover quarantine lift ${facts.application} ${short(because.revision)} --reason TEXT`,
      };
    case "Frozen":
      return {
        ...link,
        numbers: { freeze: because.freeze, until: sinceText(because.until) },
        next: because.until,
        action: breakGlass(facts),
      };
    case "OutsideWindow":
      return {
        ...link,
        numbers: { scope: because.window.scope, owner: because.window.owner, schedule: because.window.schedule },
        next: because.window.opensAt,
        action: breakGlass(facts),
      };
    case "GateOpen":
    case "GateFailed":
      return {
        ...link,
        numbers: { wave: because.waveName, gate: because.run.gate, type: because.type, when: because.run.when },
        next: because.run.next,
        ...gateAction(facts, because),
      };
    case "StrictFailures":
      return { ...link, numbers: { inFlight: because.inFlight, failed: because.failed, maxFailures: because.maxFailures } };
    case "AwaitingOffline":
      return { ...link, numbers: { wave: because.wave, offline: because.offline }, action: bringBack };
    case "TooFewSuccessful":
      return {
        ...link,
        numbers: { successful: because.successful, minSuccessful: because.minSuccessful },
        action: `drover rollout retry ${facts.id}, or roll back`,
      };
    case "EarlierWave":
      return { ...link, numbers: { wave: because.wave, waitingInWave: because.waiting, inFlight: because.inFlight } };
    case "Unwell":
      return { ...link, numbers: { wave: because.wave, clusters: because.clusters } };
    case "Soaking":
      return { ...link, numbers: { wave: because.wave, until: rfc3339(because.until) }, next: because.until };
    case "Concurrency":
      return { ...link, numbers: { wave: because.wave, inFlight: because.inFlight, maxConcurrency: because.maxConcurrency } };
    case "OfflineBudget":
      return { ...link, numbers: { offline: because.offline, maxOffline: because.maxOffline }, action: bringBack };
    case "Offline":
      return { ...link, numbers: { lastSeen: sinceText(because.lastSeen) }, action: bringBack };
    case "Maintenance":
      return { ...link, numbers: { cluster: because.cluster }, action: bringBack };
    case "PruneHeld":
      return {
        ...link,
        numbers: { wave: because.wave, held: because.held, clusters: because.clusters.join(", ") },
        action: approvePrunes(facts),
      };
  }
}

const breakGlass = ({ environment }: RolloutFacts): string =>
  `wait, or set it aside for a while: drover break-glass ${environment} --reason TEXT`;

function gateAction(
  { id }: RolloutFacts,
  { kind, type, run }: Extract<HoldReason, { kind: "GateOpen" | "GateFailed" }>,
): Pick<Link, "action"> {
  if (kind === "GateFailed") return { action: `drover rollout resume ${id} asks it once more; drover rollback goes back` };
  return type === "Approval" ? { action: `drover rollout approve ${id} --gate ${run.gate}` } : {};
}

const approvePrunes = ({ application, environment }: RolloutFacts): string =>
  `see what would go with \`drover prune list ${application} --environment ${environment}\`; then approve it, or promote a revision that keeps it`;

const bringBack =
  "bring the agents back (end their maintenance), revoke the clusters, or let the strategy leave more behind (maxOffline) and promote again";

const order = ["failed", "succeeded", "inFlight", "offline"];

function explainClusters({ targets, strategy }: RolloutFacts, now: Instant): readonly Link[] {
  const sorted = targets.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1));
  const explained = sorted.map((target) => explainTarget(target, strategy, now)).filter((links) => links.length > 0);
  return explained.slice(0, maxClusters).flat();
}
