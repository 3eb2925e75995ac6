import { type Instant, rfc3339 } from "@drover/kit";
import type { Problem } from "../release/release.ts";
import { connectionOf, type TargetState } from "../rollout/target.ts";
import type { RunningContent } from "./content-groups.ts";

/** One cluster of a place: what it runs, what it was given, and what it is to reach. */
export interface Peer {
  readonly cluster: string;
  readonly has: RunningContent;
  /** As assigned; the agent may not have taken it yet. */
  readonly given: { readonly revision: string; readonly bundle: string; readonly state: "active" | "removing" | "suspended" | "withdrawn" };
  /** Absent where nothing places it there any more. */
  readonly goal: { readonly revision: string; readonly bundle: string; readonly scope: "Environment" | "Clusters" } | undefined;
  /** Its part in the rollout that is to bring it its goal, while that is under way. */
  readonly target: { readonly rolloutId: string; readonly phase: string; readonly state: TargetState; readonly wave?: string } | undefined;
  /** Why the place holds this cluster back by itself. */
  readonly held: Problem | undefined;
  readonly isRevoked: boolean;
  readonly lastSeen: Instant | undefined;
  readonly inMaintenance: boolean;
  /** The values that its render saw. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
}

export interface OutlierReason {
  readonly kind: string;
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** Why a cluster runs something else than `majority`, the nearest reason first. */
export function explainOutlier(peer: Peer, majority: Pick<Peer, "has" | "values">, now: Instant): readonly OutlierReason[] {
  const reasons = [...fateOf(peer), ...holdOf(peer), ...deliveryOf(peer, now), ...rolloutOf(peer), ...wishOf(peer, majority)];
  return reasons.length > 0
    ? reasons
    : [{ kind: "Unknown", message: "nothing that is known explains it; ask the agent with `drover diff`" }];
}

function fateOf({ given, goal }: Peer): readonly OutlierReason[] {
  if (given.state === "removing") return [{ kind: "Removing", message: "it is being removed from there" }];
  if (given.state === "withdrawn" || goal === undefined)
    return [{ kind: "Unassigned", message: "nothing places it there any more; what runs is kept and no longer changed" }];
  return [];
}

const holdOf = ({ held }: Peer): readonly OutlierReason[] =>
  held === undefined ? [] : [{ kind: "Held", code: held.code, message: held.message }];

/** It is meant to be another. */
function wishOf({ goal, values }: Peer, majority: Pick<Peer, "has" | "values">): readonly OutlierReason[] {
  if (goal === undefined) return [];
  if (goal.scope === "Clusters")
    return [{ kind: "ExceptionPin", revision: goal.revision, message: `the pin names ${goal.revision} for this cluster` }];
  if (goal.revision !== majority.has.revision || goal.bundle === majority.has.bundle) return [];
  const keys = differingKeys(values, majority.values);
  const which = keys.length === 0 ? "" : `: ${keys.join(", ")}`;
  return [{ kind: "OwnValues", values: keys, message: `it renders with values of its own${which}` }];
}

function differingKeys(a: Peer["values"], b: Peer["values"]): readonly string[] {
  if (a === undefined || b === undefined) return [];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key])).sort();
}

/** Its goal has not reached it. */
function rolloutOf({ target, goal, given, has }: Peer): readonly OutlierReason[] {
  if (target === undefined || goal === undefined || has.bundle === goal.bundle) return [];
  const { rolloutId, phase, state, wave } = target;
  const facts = { rolloutId, phase, ...(wave === undefined ? {} : { wave }) };
  if (state === "waiting" && given.bundle !== goal.bundle)
    return [
      {
        kind: "WaitingInRollout",
        ...facts,
        message: `rollout ${rolloutId}, which is ${phase}, has not reached it${wave === undefined ? "" : ` in wave ${wave}`}`,
      },
    ];
  if (state === "failed") return [{ kind: "FailedInRollout", ...facts, message: `it failed in rollout ${rolloutId}` }];
  return [];
}

/** It was given something else than it runs. */
function deliveryOf({ given, has, lastSeen, inMaintenance, isRevoked }: Peer, now: Instant): readonly OutlierReason[] {
  if (given.state !== "active" || has.bundle === given.bundle) return [];
  if (isRevoked) return [{ kind: "Revoked", message: "the cluster was revoked and is given nothing" }];
  const connection = connectionOf(lastSeen, now);
  if (connection !== "Connected") {
    const seen = lastSeen === undefined ? "never" : rfc3339(lastSeen);
    return [{ kind: connection, lastSeen: seen, message: `it was given ${given.revision}, and was last heard of at ${seen}` }];
  }
  if (inMaintenance) return [{ kind: "Maintenance", message: `it was given ${given.revision}, and its agent is paused` }];
  return [{ kind: "AwaitingAck", message: `it was given ${given.revision} and has not reported it yet` }];
}
