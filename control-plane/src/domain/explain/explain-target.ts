import { type Instant, later, rfc3339 } from "@drover/kit";
import type { FailingObject } from "@drover/proto/wire";
import { describeTarget } from "../rollout/describe.ts";
import type { TargetReason } from "../rollout/judge.ts";
import type { RolloutStrategy } from "../rollout/strategy.ts";
import { connectionOf, isAway, type ObservedStatus, type Target } from "../rollout/target.ts";
import { whatFails } from "./explain-failing.ts";
import { silentCluster } from "./explain-selected.ts";
import { causedBy, type Link, sinceText } from "./link.ts";

/** A target with what its last report said beyond the words. */
export interface ExplainedTarget extends Target {
  readonly because: TargetReason | undefined;
  readonly failing: readonly FailingObject[];
  /** Why it is not Synced, such as ApplyFailed, and the error. */
  readonly syncReason: string | undefined;
  readonly syncMessage: string | undefined;
}

type Refused = NonNullable<ObservedStatus["refusal"]>;

/** The rollout that the target is of. */
interface Whose {
  readonly id: string;
  readonly application: string;
  readonly strategy: Pick<RolloutStrategy, "progressDeadlineMs" | "degradedGraceMs">;
}

/** Why this one cluster is not done, down to the object that keeps it. Undefined where it is, or waits for others. */
export function explainTarget(target: ExplainedTarget, whose: Whose, now: Instant): Link | undefined {
  const causes = whatFails({ ...target, cluster: target.name, application: whose.application });
  switch (target.state) {
    case "failed":
      return causedBy(clusterFailed(target, whose), causes);
    case "inFlight":
      return causedBy(explainInFlight(target, whose, now), [
        ...(isAway(target, now) ? [target.inMaintenance ? inMaintenance(target.name) : silentCluster(target, now)] : []),
        ...(target.acknowledgedAt === undefined ? [] : causes),
      ]);
    case "offline":
      return target.inMaintenance ? inMaintenance(target.name) : silentCluster(target, now);
    case "succeeded":
      return isDegraded(target) ? causedBy(degraded(target, whose), causes) : undefined;
    case "skipped":
      return skipped(target, whose);
    case "waiting":
    case "unchanged":
    case "left":
      return undefined;
  }
}

function clusterFailed({ name, because }: ExplainedTarget, { id }: Whose): Link {
  const link = { kind: "ClusterFailed", subject: `clusters/${name}`, action: `once it can succeed: drover rollout retry ${id}` };
  if (because?.kind === "ProgressDeadline")
    return {
      ...link,
      message: because.acknowledged
        ? `cluster ${name} did not become Synced and Healthy in time after it had taken the release at ${rfc3339(because.since)}`
        : `cluster ${name} never took the release that was sent at ${rfc3339(because.since)}`,
      numbers: { cluster: name, reason: because.kind, since: rfc3339(because.since) },
    };
  if (because?.kind === "Degraded")
    return {
      ...link,
      message: `cluster ${name} was Degraded for longer than its grace period${because.afterSuccess ? ", after it had been Healthy" : ""}`,
      numbers: { cluster: name, reason: because.kind, since: rfc3339(because.since) },
    };
  if (because?.kind === "Refused")
    return {
      ...link,
      message: `cluster ${name} refused ${because.object} for longer than its grace period: ${because.reason}${said(because.message)}`,
      numbers: { cluster: name, reason: because.kind, object: because.object, refusal: because.reason, since: rfc3339(because.since) },
    };
  const why = because === undefined ? "failed" : `failed: ${describeTarget(because)}`;
  return { ...link, message: `cluster ${name} ${why}`, numbers: { cluster: name } };
}

function explainInFlight(target: ExplainedTarget, { strategy }: Whose, now: Instant): Link {
  const { name, acknowledgedAt, dispatchedAt, lastSeen } = target;
  const since = acknowledgedAt ?? dispatchedAt ?? now;
  const next = later(since, strategy.progressDeadlineMs);
  const subject = `clusters/${name}`;
  if (acknowledgedAt === undefined)
    return {
      kind: "AwaitingAck",
      subject,
      message: `cluster ${name} was given the release at ${sinceText(dispatchedAt)} and has not reported it yet`,
      numbers: { cluster: name, connection: connectionOf(lastSeen, now), lastSeen: sinceText(lastSeen) },
      next,
    };
  const refusal = isOfNow(target) ? target.status?.refusal : undefined;
  if (refusal !== undefined) return refuses(target, refusal, strategy, next);
  // No new trouble, so its grace period does not end it.
  if (isDegraded(target) && target.wasDegraded) return stillDegraded(degraded(target, { strategy }), next);
  if (isDegraded(target)) return degraded(target, { strategy });
  const { sync = "Unknown", health = "Unknown" } = target.status ?? {};
  return {
    kind: health === "Suspended" ? "Suspended" : "Progressing",
    subject,
    message: `cluster ${name} is ${sync} and ${health}; it counts as failed when it is not Synced and Healthy in time`,
    numbers: { cluster: name, sync, health, since: rfc3339(since) },
    next,
    ...(health === "Suspended" ? { action: "somebody suspended an object of it: let it go on, or promote a revision that does" } : {}),
  };
}

const isOfNow = ({ status, generation }: ExplainedTarget): boolean => status?.generation === generation;
const isDegraded = (target: ExplainedTarget): boolean => target.status?.health === "Degraded" && isOfNow(target);
const said = (message: string): string => (message === "" ? "" : `, ${message}`);

/** What it says of the object comes below, with what can be done about it. */
function refuses(
  { name, wasRefused }: ExplainedTarget,
  { object, reason, since }: Refused,
  { degradedGraceMs }: Whose["strategy"],
  deadline: Instant,
): Link {
  const graceEnds = later(since, degradedGraceMs);
  return {
    kind: "Refused",
    subject: `clusters/${name}`,
    message: wasRefused
      ? `cluster ${name} still refuses ${object}; it counts as failed when it is not Synced and Healthy in time`
      : `cluster ${name} refuses ${object} since ${rfc3339(since)}; it counts as failed when it goes on doing so`,
    numbers: { cluster: name, object, reason, since: rfc3339(since) },
    next: wasRefused || graceEnds > deadline ? deadline : graceEnds,
  };
}

function degraded({ name, status, wasDegraded }: ExplainedTarget, { strategy }: Pick<Whose, "strategy">): Link {
  const since = status?.degradedSince ?? status?.reportedAt;
  return {
    kind: "Degraded",
    subject: `clusters/${name}`,
    message: `cluster ${name} is Degraded since ${sinceText(since)}${wasDegraded ? ", as it was before" : ""}`,
    numbers: { cluster: name, since: sinceText(since) },
    next: since === undefined || wasDegraded ? undefined : later(since, strategy.degradedGraceMs),
  };
}

const stillDegraded = (link: Link, next: Instant): Link => ({
  ...link,
  message: `${link.message}; it counts as failed when it is not Healthy in time`,
  next,
});

/** Somebody works on the cluster, and has told its agent to change nothing. */
export const inMaintenance = (cluster: string): Link => ({
  kind: "Maintenance",
  subject: `clusters/${cluster}`,
  message: `cluster ${cluster} is in maintenance: its agent reports, and changes nothing until whoever paused it is done`,
  numbers: { cluster },
  action: "take the annotation drover.dev/maintenance away from the agent's ConfigMap in that cluster",
});

const skipped = ({ name }: ExplainedTarget, { id }: Whose): Link => ({
  kind: "Skipped",
  subject: `clusters/${name}`,
  message: `cluster ${name} was taken out of rollout ${id} by a person, and keeps what it has`,
  numbers: { cluster: name },
  action: "the next rollout reaches it again",
});
