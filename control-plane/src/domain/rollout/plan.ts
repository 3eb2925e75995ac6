import { type Instant, later } from "@drover/kit";
import { type Decision, type HoldReason, type HoldSummary, maxExamples, summariseHolds } from "./holds.ts";
import { earliest, holdsPrune, judge, type Judgement, type TargetReason } from "./judge.ts";
import type { Phase, RolloutEvent } from "./phase.ts";
import { amountOf, type RolloutStrategy, type Wave } from "./strategy.ts";
import { isAway, type Target } from "./target.ts";
import { membersOfWaves } from "./waves.ts";

export interface Rollout {
  readonly phase: Phase;
  readonly strategy: RolloutStrategy;
  /** Failures that people accepted when they resumed a halted rollout. */
  readonly acceptedFailures: number;
  /** How many clusters each wave had when it started, by its index: what its percentages are of. */
  readonly waveSizes: Readonly<Record<number, number>>;
}

/** A judgement that differs from what is stored, or a dispatch. `wave` is fixed by the dispatch. */
export interface TargetChange extends Judgement {
  readonly wave: number | undefined;
}

export interface RolloutPlan {
  /** At most one a plan; the next plan follows at once where more is to come. */
  readonly event: Extract<RolloutEvent, "started" | "budgetSpent" | "completed"> | undefined;
  readonly changes: readonly TargetChange[];
  /** One for every waiting cluster. */
  readonly decisions: readonly Decision[];
  readonly holds: readonly HoldSummary[];
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
  RollingBack: "observe",
  Completed: "nothing",
  RolledBack: "nothing",
  Superseded: "nothing",
  Aborted: "nothing",
};

/**
 * Decides what each waiting cluster may do next. Nothing leaves once failures exceed `maxFailures`, clusters in flight reach the wave's
 * `maxConcurrency`, or those that fell silent exceed `maxOffline`; so clusters that fail before their first success never exceed
 * `maxFailures + maxConcurrency + maxOffline`.
 */
export function planRollout(rollout: Rollout, targets: readonly Target[], now: Instant): RolloutPlan {
  if (modes[rollout.phase] === "nothing") return noPlan(rollout);
  const judged = targets.map((target) => judge(target, rollout.strategy, now));
  const tally = tallyOf(rollout, judged);
  const stopped = stoppedBy(rollout.phase, tally);
  const { decisions, dispatched, waveOf, waveSizes, ending } = walkWaves(rollout, judged, tally, stopped, now);

  const due = stopped?.kind === "Halted" ? "budgetSpent" : ending === undefined ? "completed" : undefined;
  const event = nextEvent(rollout.phase, due);
  const changes = judged.flatMap((judgement): TargetChange[] => {
    const change = dispatched.get(judgement) ?? { ...judgement, wave: judgement.state === "waiting" ? undefined : waveOf.get(judgement) };
    return isNews(change) ? [change] : [];
  });
  const somebodyIsAway = judged.some(({ state }) => state === "offline") || decisions.some(isOfflineHold);
  return {
    event,
    changes,
    decisions,
    holds: summariseHolds(decisions, ending),
    waveSizes,
    recheckAt: earliest([
      event === "started" && due !== undefined ? now : undefined,
      ending?.kind === "Soaking" ? ending.until : undefined,
      somebodyIsAway ? later(now, offlinePollMs) : undefined,
      ...judged.map(({ recheckAt }) => recheckAt),
      ...[...dispatched.values()].map(({ recheckAt }) => recheckAt),
    ]),
  };
}

const noPlan = ({ waveSizes }: Rollout): RolloutPlan => ({
  event: undefined,
  changes: [],
  decisions: [],
  holds: [],
  waveSizes,
  recheckAt: undefined,
});

interface Tally {
  readonly failed: number;
  readonly maxFailures: number;
  readonly maxOffline: number;
  inFlight: number;
  offline: number;
}

function tallyOf({ strategy, acceptedFailures }: Rollout, judged: readonly Judgement[]): Tally {
  const count = (...states: readonly Judgement["state"][]): number => judged.filter(({ state }) => states.includes(state)).length;
  const total = judged.length - count("left", "unchanged");
  return {
    failed: count("failed"),
    maxFailures: amountOf(strategy.maxFailures, total) + acceptedFailures,
    maxOffline: amountOf(strategy.maxOffline, total),
    inFlight: count("inFlight"),
    offline: count("offline"),
  };
}

/** What keeps every cluster from leaving, whatever its wave. */
function stoppedBy(phase: Phase, { failed, maxFailures }: Tally): HoldReason | undefined {
  if (phase === "Paused") return { kind: "Paused" };
  return phase === "Halted" || failed > maxFailures ? { kind: "Halted", failed, maxFailures } : undefined;
}

const nextEvent = (phase: Phase, due: "budgetSpent" | "completed" | undefined): RolloutPlan["event"] => {
  if (phase === "Pending") return "started";
  return phase === "Running" ? due : undefined;
};

interface Walk {
  readonly decisions: readonly Decision[];
  readonly dispatched: ReadonlyMap<Judgement, TargetChange>;
  readonly waveOf: ReadonlyMap<Judgement, number>;
  readonly waveSizes: Readonly<Record<number, number>>;
  /** What keeps the rollout from its end, if anything. */
  readonly ending: HoldReason | undefined;
}

function walkWaves(rollout: Rollout, judged: readonly Judgement[], tally: Tally, stopped: HoldReason | undefined, now: Instant): Walk {
  const decisions: Decision[] = [];
  const dispatched = new Map<Judgement, TargetChange>();
  const waveOf = new Map<Judgement, number>();
  const waveSizes: Record<number, number> = { ...rollout.waveSizes };
  let gate = stopped;

  const members = membersOfWaves(rollout.strategy.waves, judged);
  for (const [index, wave] of rollout.strategy.waves.entries()) {
    const clusters = members[index] ?? [];
    for (const judgement of clusters) waveOf.set(judgement, index);
    const breaker = pruneBreaker(wave, clusters, waveSizes[index] ?? clusters.length);
    const maxConcurrency = Math.max(1, amountOf(wave.maxConcurrency, waveSizes[index] ?? clusters.length));
    for (const judgement of clusters.filter(({ state }) => state === "waiting")) {
      const { clusterId } = judgement.target;
      const because = gate ?? breaker ?? heldInWave(wave, maxConcurrency, judgement.target, tally, now);
      decisions.push(because ? { kind: "hold", clusterId, because } : { kind: "dispatch", clusterId });
      if (because) continue;
      waveSizes[index] ??= clusters.length;
      const change = dispatch(judgement, index, rollout.strategy, now);
      dispatched.set(judgement, change);
      if (change.state === "offline") tally.offline += 1;
      else tally.inFlight += 1;
    }
    gate ??= breaker;
    gate ??= gateAfter(
      wave,
      clusters.map((judgement) => dispatched.get(judgement) ?? judgement),
      tally,
      now,
    );
  }
  return { decisions, dispatched, waveOf, waveSizes, ending: gate };
}

/** A release that makes many clusters delete more than they may is wrong for all of them more often than for none. */
const mostThatHoldPrunes = "5%";

function pruneBreaker({ name: wave }: Wave, clusters: readonly Judgement[], of: number): HoldReason | undefined {
  const held = clusters.filter(holdsPrune);
  if (held.length === 0 || held.length <= amountOf(mostThatHoldPrunes, of)) return undefined;
  return { kind: "PruneHeld", wave, held: held.length, of, clusters: held.slice(0, maxExamples).map(({ target }) => target.name) };
}

function heldInWave(wave: Wave, maxConcurrency: number, target: Target, tally: Tally, now: Instant): HoldReason | undefined {
  const { inFlight, offline, maxOffline } = tally;
  if (offline > maxOffline) return { kind: "OfflineBudget", offline, maxOffline };
  const { lastSeen, inMaintenance, name } = target;
  const away = isAway(target, now);
  if (inMaintenance && offline >= maxOffline) return { kind: "Maintenance", cluster: name };
  if (away && offline >= maxOffline) return { kind: "Offline", lastSeen };
  // Those that return from being away may be one too many in flight each; none is sent after them before they are done.
  const places = away ? maxConcurrency + 1 : maxConcurrency;
  return inFlight < places ? undefined : { kind: "Concurrency", wave: wave.name, inFlight, maxConcurrency };
}

/** A cluster that is away gets its assignment too, and applies it when it returns; meanwhile it counts as offline. */
function dispatch(judgement: Judgement, wave: number, { progressDeadlineMs }: RolloutStrategy, now: Instant): TargetChange {
  const { target } = judgement;
  const away = isAway(target, now);
  const silence: TargetReason = target.inMaintenance ? { kind: "Maintenance" } : { kind: "Silent", lastSeen: target.lastSeen };
  return {
    ...judgement,
    state: away ? "offline" : "inFlight",
    because: away ? silence : { kind: "Dispatched" },
    wave,
    generation: undefined, // given by the assignment that the commit makes
    wasDegraded: target.status?.health === "Degraded",
    dispatchedAt: now,
    acknowledgedAt: undefined,
    succeededAt: undefined,
    recheckAt: away ? undefined : later(now, progressDeadlineMs),
  };
}

/** Why later waves, and the end, must wait for `wave`; undefined when it is settled and has soaked. */
function gateAfter(wave: Wave, clusters: readonly Judgement[], { offline, maxOffline }: Tally, now: Instant): HoldReason | undefined {
  const count = (state: Judgement["state"]): number => clusters.filter((cluster) => cluster.state === state).length;
  const [waiting, inFlight] = [count("waiting"), count("inFlight")];
  if (waiting + inFlight > 0) return { kind: "EarlierWave", wave: wave.name, waiting, inFlight };
  if (offline > maxOffline) return { kind: "OfflineBudget", offline, maxOffline };
  const unwell = clusters.filter((cluster) => cluster.unwell).length;
  if (unwell > 0) return { kind: "Unwell", wave: wave.name, clusters: unwell };
  const newest = clusters.reduce((latest, { soakFrom }) => Math.max(latest, soakFrom ?? latest), Number.NEGATIVE_INFINITY);
  const until = (newest + wave.soakMs) as Instant;
  return until > now ? { kind: "Soaking", wave: wave.name, until } : undefined;
}

const isOfflineHold = (decision: Decision): boolean => decision.kind === "hold" && absences.has(decision.because.kind);

const absences: ReadonlySet<HoldReason["kind"]> = new Set(["Offline", "OfflineBudget", "Maintenance"]);

const isNews = ({ target, state, acknowledgedAt, because }: TargetChange): boolean =>
  state !== target.state || because !== undefined || (state === "inFlight" && acknowledgedAt !== target.acknowledgedAt);
