import { type Instant, later, shortRevision } from "@drover/kit";
import type { FailingObject, Health, Sync } from "@drover/proto/wire";
import type { Problem } from "../release/release.ts";
import { placementHeld } from "./explain-place.ts";
import type { RolloutFacts } from "./explain-rollout.ts";
import { explainRollout } from "./explain-rollout.ts";
import { whatFails } from "./explain-failing.ts";
import { type ExplainedTarget, explainTarget, inMaintenance } from "./explain-target.ts";
import { actionFor, causedBy, enrolAction, type Link, sinceText } from "./link.ts";
import { connectionOf } from "../rollout/target.ts";

export interface Reported {
  readonly generation: number;
  readonly sync: Sync;
  readonly health: Health;
  readonly failing: readonly FailingObject[];
  readonly syncReason?: string;
  readonly syncMessage?: string;
}

interface ExplainedAssignment {
  readonly revision: string;
  readonly generation: number;
  readonly state: string;
  readonly environment: string;
  /** With `removing`; with `withdrawn`, how it was removed. */
  readonly deletionPolicy?: "Delete" | "Orphan";
}

/** One application on one cluster. */
export interface ClusterFacts {
  readonly application: string;
  readonly cluster: string;
  readonly state: "Pending" | "Enrolled" | "Revoked";
  readonly lastSeen: Instant | undefined;
  readonly inMaintenance: boolean;
  /** Why an environment that wants it there does nothing. */
  readonly held: readonly { readonly kind: string; readonly code: string; readonly message: string }[];
  /** Why what git wants by now of the environment that it is assigned is not carried out. */
  readonly problem: Problem | undefined;
  readonly assignment: ExplainedAssignment | undefined;
  /** The agent's last words about it, of whatever generation. */
  readonly reported: Reported | undefined;
  /** Its part in the newest rollout that has it. */
  readonly target: ExplainedTarget | undefined;
  readonly rollout: RolloutFacts | undefined;
}

export function explainCluster(facts: ClusterFacts, now: Instant): readonly Link[] {
  const { assignment, target, rollout } = facts;
  const links: Link[] = [...explainConnection(facts, now), ...explainHeld(facts), ...explainPlacement(facts)];
  // What is on its way out has no rollout that matters.
  if (assignment?.state === "removing") return [...links, removing(facts, assignment)];
  if (target !== undefined && rollout !== undefined) {
    // What there is to say of its absence was said; one that is back is as its last report has it.
    const own = target.state === "offline" ? undefined : explainTarget(target, rollout, now);
    if (target.state === "waiting") return [...links, ...explainRollout(rollout, now)];
    if (own !== undefined) return [...links, own];
  }
  if (assignment === undefined || assignment.state === "withdrawn") return [...links, unassigned(facts)];
  return [...links, ...explainStatus(facts, assignment, now)];
}

/** A cluster that nothing was ever placed on. */
export function explainIdleCluster(facts: ClusterFacts, now: Instant): readonly Link[] {
  const { cluster } = facts;
  return [
    ...explainConnection(facts, now),
    {
      kind: "Unassigned",
      subject: `clusters/${cluster}`,
      message: `nothing is placed on cluster ${cluster}`,
      numbers: { cluster },
      action: `promote an application to an environment that selects ${cluster}`,
    },
  ];
}

function explainConnection(facts: ClusterFacts, now: Instant): readonly Link[] {
  const { cluster, state, lastSeen } = facts;
  const subject = `clusters/${cluster}`;
  if (state === "Pending")
    return [
      {
        kind: "NotEnrolled",
        subject,
        message: `cluster ${cluster} never enrolled: its agent has not connected`,
        numbers: { cluster },
        action: enrolAction(cluster),
      },
    ];
  if (state === "Revoked")
    return [{ kind: "Revoked", subject, message: `cluster ${cluster} was revoked`, numbers: { cluster }, action: enrolAction(cluster) }];
  const connection = connectionOf(lastSeen, now);
  if (connection === "Connected") return facts.inMaintenance ? [inMaintenance(cluster)] : [];
  return [
    {
      kind: connection,
      subject,
      message:
        lastSeen === undefined
          ? `cluster ${cluster} is enrolled, and its agent has not connected`
          : `cluster ${cluster} was last heard of at ${sinceText(lastSeen)}; its agent keeps what it has and catches up when it returns`,
      numbers: { cluster, lastSeen: sinceText(lastSeen) },
      action: `look at the agent in cluster ${cluster}`,
    },
  ];
}

/** Environments that both want it say the same of each other. */
const explainHeld = ({ cluster, held }: ClusterFacts): readonly Link[] =>
  [...new Map(held.map((hold) => [hold.kind, hold])).values()].map(({ kind, code, message }) => ({
    kind,
    subject: `clusters/${cluster}`,
    message,
    numbers: { cluster },
    action: actionFor(code),
  }));

const explainPlacement = ({ application, assignment, problem }: ClusterFacts): readonly Link[] =>
  assignment === undefined || problem === undefined
    ? []
    : [placementHeld(`environments/${assignment.environment}/applications/${application}`, problem)];

function removing({ cluster, application, reported }: ClusterFacts, { generation, deletionPolicy = "Orphan" }: ExplainedAssignment): Link {
  const said = reported?.generation === generation ? reported : undefined;
  const answer =
    said === undefined
      ? "has not reported it yet"
      : `says ${said.syncReason ?? said.sync}${said.syncMessage === undefined ? "" : `: ${said.syncMessage}`}`;
  return {
    kind: "Removing",
    subject: `clusters/${cluster}/applications/${application}`,
    message: `cluster ${cluster} was told to remove ${application} (${deletionPolicy}) and ${answer}`,
    numbers: { cluster, generation, deletionPolicy },
  };
}

const fateOf = (application: string, cluster: string, assignment: ExplainedAssignment | undefined): string => {
  if (assignment === undefined) return `nothing places ${application} on cluster ${cluster}`;
  if (assignment.deletionPolicy === "Delete") return `${application} was removed from cluster ${cluster}, and its objects were deleted`;
  if (assignment.deletionPolicy === "Orphan")
    return `${application} was removed from cluster ${cluster}; its objects were left there, as nobody's`;
  return `nothing places ${application} on cluster ${cluster} any more; what runs is kept and no longer changed`;
};

const unassigned = ({ cluster, application, assignment }: ClusterFacts): Link => ({
  kind: assignment?.deletionPolicy === undefined ? "Unassigned" : "Removed",
  subject: `clusters/${cluster}/applications/${application}`,
  message: fateOf(application, cluster, assignment),
  numbers: { cluster },
  action: `promote it to an environment that selects ${cluster}`,
});

/** Agents ask at least so often whether there is something new. */
const syncAtMostMs = 72_000;

function explainStatus(
  { cluster, application, reported, lastSeen }: ClusterFacts,
  { revision, generation }: ExplainedAssignment,
  now: Instant,
): readonly Link[] {
  const subject = `clusters/${cluster}/applications/${application}`;
  if (reported === undefined || reported.generation !== generation)
    return [
      {
        kind: "AwaitingAck",
        subject,
        message: `cluster ${cluster} was given revision ${shortRevision(revision)} and has not reported it yet`,
        numbers: { cluster, generation, reported: reported?.generation ?? 0 },
        ...(connectionOf(lastSeen, now) === "Connected" ? { next: later(now, syncAtMostMs) } : {}),
      },
    ];
  if (reported.sync === "Synced" && reported.health === "Healthy")
    return [
      {
        kind: "Healthy",
        subject,
        message: `cluster ${cluster} runs revision ${shortRevision(revision)}, Synced and Healthy`,
        numbers: { cluster, revision, generation },
      },
    ];
  const link: Link = {
    kind: reported.health === "Healthy" ? reported.sync : reported.health,
    subject,
    message: `${application} on cluster ${cluster} is ${reported.sync} and ${reported.health}`,
    numbers: { cluster, sync: reported.sync, health: reported.health },
  };
  const { failing, syncReason, syncMessage } = reported;
  return [causedBy(link, whatFails({ cluster, application, failing, syncReason, syncMessage }))];
}
