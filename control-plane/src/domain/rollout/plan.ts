import { type Instant, later } from "@drover/kit";
import { type Tally, tallyOf } from "./budget.ts";
import type { GatePlace, GateRun } from "./gate.ts";
import { type Decision, type HoldReason, type HoldSummary, summariseHolds } from "./holds.ts";
import { earliest, judge, type Judgement } from "./judge.ts";
import type { Phase, RolloutEvent } from "./phase.ts";
import type { Restrictions } from "./restrictions.ts";
import type { RolloutStrategy } from "./strategy.ts";
import type { Target } from "./target.ts";
import { failedGate } from "./wave-gates.ts";
import { walkWaves } from "./walk-waves.ts";

export interface Rollout {
  /** A rollback passes freezes and windows, and is never rolled back itself. */
  readonly kind: "Rollout" | "Rollback";
  readonly phase: Phase;
  readonly strategy: RolloutStrategy;
  /** Failures that people accepted when they resumed a halted rollout. */
  readonly acceptedFailures: number;
  /** How many clusters each wave had when it started, by its index: what its percentages are of. */
  readonly waveSizes: Readonly<Record<number, number>>;
  /** Indices of waves that a person let pass, with their gates and soaks. */
  readonly skippedWaves: readonly number[];
  /** The gates that were opened so far. */
  readonly gates: readonly GateRun[];
  readonly restrictions: Restrictions;
  /** Its revision is refused everywhere: it goes no further. What a rollback returns to is not asked. */
  readonly quarantined?: { readonly revision: string; readonly reason: string };
}

/** A judgement that differs from what is stored, or a dispatch. `wave` is fixed by the dispatch. */
export interface TargetChange extends Judgement {
  readonly wave: number | undefined;
}

export interface RolloutPlan {
  /** At most one a plan; the next plan follows at once where more is to come. */
  readonly event: Extract<RolloutEvent, "started" | "budgetSpent" | "rollbackStarted" | "completed"> | undefined;
  /** What spent the budget, or made the rollback start. */
  readonly eventBecause: HoldReason | undefined;
  readonly changes: readonly TargetChange[];
  /** One for every waiting cluster. */
  readonly decisions: readonly Decision[];
  readonly holds: readonly HoldSummary[];
  /** Gates to be asked from now on. */
  readonly opens: readonly GatePlace[];
  readonly waveSizes: Readonly<Record<number, number>>;
  readonly recheckAt: Instant | undefined;
}

/** Nobody tells us of a cluster that returns with nothing new to report. */
const offlinePollMs = 10_000;

/** What a phase lets the planner do. */
const modes: Readonly<Record<Phase, "carry out" | "observe" | "nothing">> = {
  Pending: "carry out",
  Running: "carry out",
  Paused: "observe",
  Halted: "observe",
  RollingBack: "nothing",
  Completed: "nothing",
  RolledBack: "nothing",
  Superseded: "nothing",
  Aborted: "nothing",
};

/**
 * Decides what each waiting cluster may do next. Nothing leaves once failures exceed `maxFailures`, clusters in flight reach the wave's
 * `maxConcurrency`, or those that fell silent exceed `maxOffline`; so clusters that fail before their first success never exceed
 * `maxFailures + maxConcurrency + maxOffline`, and with `strictFailures` never `maxFailures + 1 + maxOffline`.
 */
export function planRollout(rollout: Rollout, targets: readonly Target[], now: Instant): RolloutPlan {
  if (modes[rollout.phase] === "nothing") return noPlan(rollout);
  const { strategy, phase } = rollout;
  const judged = targets.map((target) => judge(target, strategy, now));
  const tally = tallyOf(strategy, rollout.acceptedFailures, judged);
  const spent = failedGate(strategy.waves, rollout.gates, rollout.skippedWaves) ?? overBudget(tally);
  const stopped = stoppedBy(rollout, tally, spent);
  const walk = walkWaves(rollout, judged, tally, stopped, now);
  const { decisions, moved, ending } = walk;

  const due = dueEvent(rollout, targets, spent, ending);
  const event = phase === "Pending" ? "started" : phase === "Running" ? due : undefined;
  const changes = judged.flatMap((judgement): TargetChange[] => {
    const change = moved.get(judgement) ?? {
      ...judgement,
      wave: judgement.state === "waiting" ? givenWave(judgement.target, strategy) : walk.waveOf.get(judgement),
    };
    return isNews(change) ? [change] : [];
  });
  const somebodyIsAway = judged.some(({ state }) => state === "offline") || decisions.some(isOfflineHold);
  return {
    event,
    eventBecause: event === "budgetSpent" || event === "rollbackStarted" ? spent : undefined,
    changes,
    decisions,
    holds: summariseHolds(decisions, ending),
    opens: walk.opens,
    waveSizes: walk.waveSizes,
    recheckAt: earliest([
      event === "started" && due !== undefined ? now : undefined,
      ending?.kind === "Soaking" ? ending.until : undefined,
      rollout.restrictions.changesAt,
      somebodyIsAway ? later(now, offlinePollMs) : undefined,
      ...judged.map(({ recheckAt }) => recheckAt),
      ...[...moved.values()].map(({ recheckAt }) => recheckAt),
    ]),
  };
}

const noPlan = ({ waveSizes }: Rollout): RolloutPlan => ({
  event: undefined,
  eventBecause: undefined,
  changes: [],
  decisions: [],
  holds: [],
  opens: [],
  waveSizes,
  recheckAt: undefined,
});

const overBudget = ({ failed, maxFailures }: Tally): HoldReason | undefined =>
  failed > maxFailures ? { kind: "Halted", failed, maxFailures } : undefined;

/** What keeps every cluster from leaving, whatever its wave. */
function stoppedBy(
  { kind, phase, waveSizes, restrictions, quarantined }: Rollout,
  { failed, maxFailures }: Tally,
  spent: HoldReason | undefined,
): HoldReason | undefined {
  const { stopped, freeze, window, breakGlass } = restrictions;
  if (stopped !== undefined) return { kind: "Stopped", ...stopped };
  if (phase === "Paused") return { kind: "Paused" };
  if (phase === "Halted") return spent ?? { kind: "Halted", failed, maxFailures };
  if (spent !== undefined) return spent;
  if (quarantined !== undefined && kind === "Rollout") return { kind: "Quarantined", ...quarantined };
  if (kind === "Rollback" || breakGlass !== undefined) return undefined;
  if (freeze !== undefined) return { kind: "Frozen", freeze: freeze.name, reason: freeze.reason, until: freeze.until };
  // A wave has a size from its first dispatch on; a cluster that had the content already is watched, and begins nothing.
  const mayOverrun = window?.overrun === true && Object.keys(waveSizes).length > 0;
  return window === undefined || mayOverrun ? undefined : { kind: "OutsideWindow", window };
}

type Due = Exclude<RolloutPlan["event"], "started">;

function dueEvent(
  { kind, strategy }: Rollout,
  targets: readonly Target[],
  spent: HoldReason | undefined,
  ending: HoldReason | undefined,
): Due {
  if (spent === undefined) return ending === undefined ? "completed" : undefined;
  const mayReturn = kind === "Rollout" && strategy.onFailure === "Rollback" && targets.some(returns);
  return mayReturn ? "rollbackStarted" : "budgetSpent";
}

/** Whether a rollback gives the cluster back what it had: whoever changed it since, and whatever became of it. */
export const returns = ({ goal, hasPrevious }: Target): boolean => goal !== undefined && hasPrevious;

/** The wave of a cluster that waits, where it is not for the selectors to say. */
const givenWave = ({ retried, wave }: Target, { order }: RolloutStrategy): number | undefined =>
  retried || order === "reverse" ? wave : undefined;

const isOfflineHold = (decision: Decision): boolean => decision.kind === "hold" && absences.has(decision.because.kind);

const absences: ReadonlySet<HoldReason["kind"]> = new Set(["Offline", "OfflineBudget", "Maintenance"]);

const isNews = ({ target, state, acknowledgedAt, because }: TargetChange): boolean =>
  state !== target.state || because !== undefined || (state === "inFlight" && acknowledgedAt !== target.acknowledgedAt);
