import { plural, rfc3339, shortRevision } from "@drover/kit";
import { describeHold } from "../rollout/describe.ts";
import type { HoldReason, HoldSummary } from "../rollout/holds.ts";
import { explainPause } from "./explain-pause.ts";
import type { RolloutFacts } from "./explain-rollout.ts";
import { type Link, sinceText } from "./link.ts";

/** What holds a rollout, with how many clusters wait for it. */
export function holdLink(facts: RolloutFacts, { because, clusters }: HoldSummary): Link {
  const link: Link = {
    kind: because.kind,
    subject: `rollouts/${facts.id}`,
    message: describeHold(because),
    ...detailsOf(facts, because),
  };
  if (clusters === 0) return link;
  return {
    ...link,
    message: `${link.message}; ${plural(clusters, "cluster")} ${clusters === 1 ? "waits" : "wait"}`,
    numbers: { ...link.numbers, waiting: clusters },
  };
}

/** Its numbers, other words where there are better ones, when it ends by itself, and what a person can do. */
function detailsOf(facts: RolloutFacts, because: HoldReason): Pick<Link, "numbers" | "next" | "action"> & { readonly message?: string } {
  const { id, application } = facts;
  switch (because.kind) {
    case "Paused":
      return { ...explainPause(facts.pause), action: `drover rollout resume ${id}` };
    case "Halted": {
      const { failed, maxFailures } = because;
      const goOn = `drover rollout resume ${id} --accept-failures ${Math.max(1, failed - maxFailures)}`;
      return { numbers: { failed, maxFailures }, action: `${goBack(facts)}, or go on all the same: ${goOn}` };
    }
    case "Stopped":
      return { numbers: { by: because.actor, since: rfc3339(because.since) }, action: "drover stop --release --reason TEXT" };
    case "Quarantined":
      return {
        numbers: { revision: because.revision },
        action: `promote another revision, or: drover quarantine lift ${application} ${shortRevision(because.revision)} --reason TEXT`,
      };
    case "Frozen":
      return {
        numbers: { freeze: because.freeze, until: sinceText(because.until) },
        next: because.until,
        action: breakGlass(facts),
      };
    case "OutsideWindow":
      return {
        numbers: { scope: because.window.scope, owner: because.window.owner, schedule: because.window.schedule },
        next: because.window.opensAt,
        action: breakGlass(facts),
      };
    case "GateOpen":
    case "GateFailed":
      return {
        numbers: { wave: because.waveName, gate: because.run.gate, type: because.type, when: because.run.when },
        next: because.run.next,
        ...gateAction(facts, because),
      };
    case "StrictFailures":
      return { numbers: { inFlight: because.inFlight, failed: because.failed, maxFailures: because.maxFailures } };
    case "AwaitingOffline":
      return { numbers: { wave: because.wave, offline: because.offline }, action: bringBack };
    case "TooFewSuccessful":
      return {
        numbers: { successful: because.successful, minSuccessful: because.minSuccessful },
        action: `drover rollout retry ${id}, or ${goBack(facts)}`,
      };
    case "EarlierWave":
      return { numbers: { wave: because.wave, waitingInWave: because.waiting, inFlight: because.inFlight } };
    case "Unwell":
      return { numbers: { wave: because.wave, clusters: because.clusters } };
    case "Soaking":
      return { numbers: { wave: because.wave, until: rfc3339(because.until) }, next: because.until };
    case "Concurrency":
      return { numbers: { wave: because.wave, inFlight: because.inFlight, maxConcurrency: because.maxConcurrency } };
    case "OfflineBudget":
      return { numbers: { offline: because.offline, maxOffline: because.maxOffline }, action: bringBack };
    case "Offline":
      return { numbers: { lastSeen: sinceText(because.lastSeen) }, action: bringBack };
    case "Maintenance":
      return { numbers: { cluster: because.cluster }, action: bringBack };
    case "PruneHeld":
      return {
        numbers: { wave: because.wave, held: because.held, clusters: because.clusters.join(", ") },
        action: approvePrunes(facts),
      };
  }
}

/** A rollback that would be refused is not offered. */
export const goBack = ({ application, environment, canGoBack }: RolloutFacts): string =>
  canGoBack ? `drover rollback ${application} --environment ${environment}` : "promote another revision";

const breakGlass = ({ environment }: RolloutFacts): string =>
  `wait, or set it aside for a while: drover break-glass ${environment} --reason TEXT`;

function gateAction(
  facts: RolloutFacts,
  { kind, type, run }: Extract<HoldReason, { kind: "GateOpen" | "GateFailed" }>,
): Pick<Link, "action"> {
  if (kind === "GateFailed") return { action: `ask it once more: drover rollout resume ${facts.id}; or return: ${goBack(facts)}` };
  const order = type === "Approval" ? "approve" : "override-gate";
  return {
    action: `${type === "Approval" ? "" : "wait, or pass it over: "}drover rollout ${order} ${facts.id} --gate ${run.gate} --reason TEXT`,
  };
}

const approvePrunes = ({ application, environment }: RolloutFacts): string =>
  `see what would go with \`drover prune list ${application} --environment ${environment}\`; then approve it, or promote a revision that keeps it`;

const bringBack =
  "bring the agents back (end their maintenance), revoke the clusters, or let the strategy leave more behind (maxOffline) and promote again";
