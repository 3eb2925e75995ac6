import { type Instant, later, rfc3339 } from "@drover/kit";
import type { FailingObject } from "@drover/proto/wire";
import { describeTarget } from "../rollout/describe.ts";
import type { TargetReason } from "../rollout/judge.ts";
import type { RolloutStrategy } from "../rollout/strategy.ts";
import { connectionOf, type Target } from "../rollout/target.ts";
import { type Link, sinceText } from "./link.ts";

/** A target with what its last report said beyond the words. */
export interface ExplainedTarget extends Target {
  readonly because: TargetReason | undefined;
  readonly failing: readonly FailingObject[];
  /** Why it is not Synced, such as ApplyFailed, and the error. */
  readonly syncReason: string | undefined;
  readonly syncMessage: string | undefined;
}

type Deadlines = Pick<RolloutStrategy, "progressDeadlineMs" | "degradedGraceMs">;

/** Why this one cluster is not done, down to the object that keeps it. */
export function explainTarget(target: ExplainedTarget, deadlines: Deadlines, now: Instant): readonly Link[] {
  switch (target.state) {
    case "failed":
      return [clusterFailed(target), ...whatFails(target)];
    case "inFlight":
      return explainInFlight(target, deadlines, now);
    case "offline":
      return [offline(target)];
    case "succeeded":
      return isDegraded(target) ? [degraded(target, deadlines), ...whatFails(target)] : [];
    case "waiting":
    case "skipped":
    case "unchanged":
    case "left":
      return [];
  }
}

function clusterFailed({ name, because }: ExplainedTarget): Link {
  const subject = `clusters/${name}`;
  if (because?.kind === "ProgressDeadline")
    return {
      kind: "ClusterFailed",
      subject,
      message: because.acknowledged
        ? `cluster ${name} did not become Synced and Healthy in time after it had taken the release at ${rfc3339(because.since)}`
        : `cluster ${name} never took the release that was sent at ${rfc3339(because.since)}`,
      numbers: { cluster: name, reason: because.kind, since: rfc3339(because.since) },
    };
  if (because?.kind === "Degraded")
    return {
      kind: "ClusterFailed",
      subject,
      message: `cluster ${name} was Degraded for longer than its grace period${because.afterSuccess ? ", after it had been Healthy" : ""}`,
      numbers: { cluster: name, reason: because.kind, since: rfc3339(because.since) },
    };
  return {
    kind: "ClusterFailed",
    subject,
    message: `cluster ${name} failed${because === undefined ? "" : `: ${describeTarget(because)}`}`,
    numbers: { cluster: name },
  };
}

function explainInFlight(target: ExplainedTarget, deadlines: Deadlines, now: Instant): readonly Link[] {
  const { name, acknowledgedAt, dispatchedAt, lastSeen } = target;
  const since = acknowledgedAt ?? dispatchedAt ?? now;
  const next = later(since, deadlines.progressDeadlineMs);
  const subject = `clusters/${name}`;
  if (acknowledgedAt === undefined)
    return [
      {
        kind: "AwaitingAck",
        subject,
        message: `cluster ${name} was given the release at ${sinceText(dispatchedAt)} and has not reported it yet`,
        numbers: { cluster: name, connection: connectionOf(lastSeen, now), lastSeen: sinceText(lastSeen) },
        next,
      },
    ];
  if (isDegraded(target)) return [degraded(target, deadlines), ...whatFails(target)];
  const { sync = "Unknown", health = "Unknown" } = target.status ?? {};
  return [
    {
      kind: "Progressing",
      subject,
      message: `cluster ${name} is ${sync} and ${health}; it counts as failed when it is not Synced and Healthy in time`,
      numbers: { cluster: name, sync, health, since: rfc3339(since) },
      next,
    },
    ...whatFails(target),
  ];
}

const isDegraded = ({ status, generation }: ExplainedTarget): boolean => status?.health === "Degraded" && status.generation === generation;

function degraded({ name, status, wasDegraded }: ExplainedTarget, { degradedGraceMs }: Deadlines): Link {
  const since = status?.degradedSince ?? status?.reportedAt;
  return {
    kind: "Degraded",
    subject: `clusters/${name}`,
    message: `cluster ${name} is Degraded since ${sinceText(since)}${wasDegraded ? ", as it was before" : ""}`,
    numbers: { cluster: name, since: sinceText(since) },
    next: since === undefined || wasDegraded ? undefined : later(since, degradedGraceMs),
  };
}

const offline = (target: ExplainedTarget): Link => (target.inMaintenance ? inMaintenance(target.name) : silent(target));

/** Somebody works on the cluster, and has told its agent to change nothing. */
export const inMaintenance = (cluster: string): Link => ({
  kind: "Maintenance",
  subject: `clusters/${cluster}`,
  message: `cluster ${cluster} is in maintenance: its agent reports, and changes nothing until whoever paused it is done`,
  numbers: { cluster },
  action: "take the annotation drover.dev/maintenance away from the agent's ConfigMap in that cluster",
});

const silent = ({ name, lastSeen }: ExplainedTarget): Link => ({
  kind: "Offline",
  subject: `clusters/${name}`,
  message: `cluster ${name} was last heard of at ${sinceText(lastSeen)}; it catches up when it returns`,
  numbers: { cluster: name, lastSeen: sinceText(lastSeen) },
  action: `look at the agent in cluster ${name}, or take it out with \`drover cluster revoke ${name}\``,
});

/** The objects that the agent names, and the error that kept it from applying them. */
export function whatFails(target: Pick<ExplainedTarget, "name" | "failing" | "syncReason" | "syncMessage">): readonly Link[] {
  const { name, failing, syncReason, syncMessage } = target;
  const links = failing.map((object) => failingObject(name, object));
  if (syncReason === undefined || links.length > 0) return links;
  return [
    {
      kind: syncReason,
      subject: `clusters/${name}`,
      message: `cluster ${name}: ${syncMessage ?? syncReason}`,
      numbers: { cluster: name, reason: syncReason },
    },
  ];
}

function failingObject(cluster: string, object: FailingObject): Link {
  const { kind, namespace, name, container, reason, message } = object;
  const which = `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  const where = container === undefined ? "" : `, container ${container}`;
  return {
    kind: "ObjectFailing",
    subject: `clusters/${cluster}/${kind}/${namespace === undefined ? "" : `${namespace}/`}${name}`,
    message: `${which} in cluster ${cluster}${where}: ${reason}${message === "" ? "" : `, ${message}`}`,
    numbers: {
      cluster,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(container === undefined ? {} : { container }),
      reason,
    },
    ...(container === undefined || namespace === undefined
      ? {}
      : {
          action: `look at its logs in that cluster: kubectl --namespace ${namespace} logs ${kind.toLowerCase()}/${name} --container ${container} --previous`,
        }),
  };
}
