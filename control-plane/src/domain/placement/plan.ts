import type { ClusterId } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { ReleaseId } from "../release/release.ts";
import type { Content } from "./content.ts";

/** `Environment`: carried by the environment's rollout. `Clusters`: an exception of the pin, by a rollout over those clusters alone. */
export type Scope = "Environment" | "Clusters";

/** What git wants of one cluster now. */
export interface Desired {
  readonly clusterId: ClusterId;
  readonly scope: Scope;
  readonly content: Content;
}

/** What the cluster was last meant to reach. */
export interface StoredGoal {
  readonly scope: Scope;
  readonly digest: Digest;
  readonly revision: string;
  readonly rolloutId: string | undefined;
}

export interface Place {
  readonly goals: ReadonlyMap<ClusterId, StoredGoal>;
  readonly active: Readonly<Partial<Record<Scope, string>>>;
  /** Clusters that have some content of this environment now. */
  readonly assigned: ReadonlySet<ClusterId>;
  /** The release of the environment's last completed rollout. */
  readonly completed: ReleaseId | undefined;
  /** Clusters that keep what they have while they are held. */
  readonly held: ReadonlySet<ClusterId>;
  /** What clusters hold, given to them by a database that is gone, and nothing has been decided about since; "" equals nothing. */
  readonly recollected: ReadonlyMap<ClusterId, Digest | "">;
  /** Whether the environment's active rollout began Paused because of that. */
  readonly recovering: boolean;
}

export interface NewRollout {
  readonly scope: Scope;
  readonly supersedes: string | undefined;
  readonly targets: readonly Desired[];
  /** How many of them hold something else, which this database knows nothing of: a person looks before anything moves. */
  readonly strangers: number;
}

export interface PlacementPlan {
  readonly starts: readonly NewRollout[];
  /** Active rollouts that have nothing left to carry out. */
  readonly ends: readonly string[];
  /** Clusters that join the environment's active rollout. */
  readonly joins: readonly Desired[];
  /** Clusters that get the content at once: they join an environment that has it everywhere. */
  readonly directs: readonly Desired[];
  /** Newcomers that first get the last completed release, before their wave comes. */
  readonly newcomers: readonly ClusterId[];
  /** Clusters that hold this very content, and are now known to. */
  readonly adopts: readonly Desired[];
  /** Goals to write down without anything to carry out: another name for what is there already. */
  readonly renames: readonly Desired[];
  readonly leavers: readonly { readonly clusterId: ClusterId; readonly withdraw: boolean }[];
}

/** Compares what git wants with what the clusters were last meant to reach. Nothing reaches a second cluster outside a rollout. */
export function planPlacement(desired: readonly Desired[], place: Place): PlacementPlan {
  const { goals, active, assigned, completed, held, recollected, recovering } = place;
  const goalOf = ({ clusterId }: Desired): StoredGoal | undefined => goals.get(clusterId);
  const differs = (target: Desired): boolean => goalOf(target)?.digest !== target.content.digest;
  const isStranger = ({ clusterId, content }: Desired): boolean => (recollected.get(clusterId) ?? content.digest) !== content.digest;
  const members = desired.filter(({ scope }) => scope === "Environment");
  const joiners = members.filter((target) => goalOf(target) === undefined);
  const returning = members.filter((target) => goalOf(target)?.scope === "Clusters");
  const settled = members.filter((target) => goalOf(target)?.scope === "Environment");

  const release = members[0]?.content.releaseId;
  const isFirst = members.length > 0 && settled.length === 0 && active.Environment === undefined && completed !== release;
  // A newer name for the same content joins the rollout under way; without one it gets a rollout of its own, which has nothing to do but
  // records that the revision was completed here.
  const isRenamedAtRest = active.Environment === undefined && settled.some(isRenamed);
  const begins = isFirst || isRenamedAtRest || settled.some(differs) || (!recovering && joiners.some(isStranger));
  const isUnderWay = begins || active.Environment !== undefined;
  const environment: NewRollout[] = begins ? [start("Environment", members)] : [];
  const clusters = exceptionRollout();

  const starts = [...environment, ...clusters];
  const joins = isUnderWay && !begins ? [...joiners, ...returning] : [];
  const quiet = isUnderWay ? [] : joiners;
  const isCurrent = completed !== undefined && completed === release;
  const isBehind = completed !== undefined && completed !== release;
  const carried = new Set([...starts.flatMap(({ targets }) => targets), ...joins, ...quiet]);
  return {
    starts,
    ends: [active.Environment, active.Clusters].filter((id) => id !== undefined && isOver(id)) as string[],
    joins,
    directs: isCurrent ? quiet : [],
    // Where every cluster is new nothing runs that they could be behind: the waves bring the first of it.
    newcomers:
      isBehind && settled.length > 0
        ? joiners.map(({ clusterId }) => clusterId).filter((id) => !assigned.has(id) && !recollected.has(id))
        : [],
    adopts: desired.filter(({ clusterId, content }) => recollected.get(clusterId) === content.digest),
    renames: [...(isCurrent ? [] : quiet), ...desired.filter((target) => !carried.has(target) && isRenamed(target))],
    leavers: leaversOf(desired, goals, held),
  };

  /** Clusters whose exception appeared, changed or went away while the environment itself stands still. A newer one takes over the rest. */
  function exceptionRollout(): NewRollout[] {
    const changed = desired.filter(
      (target) =>
        (target.scope === "Clusters" && (differs(target) || goalOf(target)?.scope !== "Clusters")) ||
        (!isUnderWay && returning.includes(target) && differs(target)),
    );
    if (changed.length === 0) return [];
    const isOpen = (target: Desired): boolean => active.Clusters !== undefined && goalOf(target)?.rolloutId === active.Clusters;
    const open = desired.filter((target) => isOpen(target) && !changed.includes(target) && !(begins && target.scope === "Environment"));
    return [start("Clusters", [...changed, ...open])];
  }

  function start(scope: Scope, targets: readonly Desired[]): NewRollout {
    return { scope, supersedes: active[scope], targets, strangers: targets.filter(isStranger).length };
  }

  function isOver(rolloutId: string): boolean {
    if (starts.some(({ supersedes }) => supersedes === rolloutId)) return false;
    const keeps = (target: Desired): boolean => goalOf(target)?.rolloutId === rolloutId && !carried.has(target);
    return !desired.some(keeps) && !(rolloutId === active.Environment && joins.length > 0);
  }

  function isRenamed(target: Desired): boolean {
    const goal = goalOf(target);
    return goal?.revision !== target.content.revision || goal.scope !== target.scope;
  }
}

function leaversOf(desired: readonly Desired[], goals: Place["goals"], held: Place["held"]): PlacementPlan["leavers"] {
  const wanted = new Set(desired.map(({ clusterId }) => clusterId));
  return [...goals.keys()].filter((id) => !wanted.has(id)).map((clusterId) => ({ clusterId, withdraw: !held.has(clusterId) }));
}
