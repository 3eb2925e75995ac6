import { type Instant, later } from "@drover/kit";
import { heldByBudget, type Tally } from "./budget.ts";
import type { GatePlace } from "./gate.ts";
import { type Decision, type HoldReason, maxExamples } from "./holds.ts";
import { holdsPrune, type Judgement, refusesAlready, type TargetReason } from "./judge.ts";
import type { Rollout, TargetChange } from "./plan.ts";
import { amountOf, type RolloutStrategy, type Wave } from "./strategy.ts";
import { isAway, type Target } from "./target.ts";
import { askGates } from "./wave-gates.ts";
import { membersOfWaves } from "./waves.ts";

export interface Walk {
  readonly decisions: readonly Decision[];
  /** What the walk makes of clusters that waited: dispatched, or skipped with their wave. */
  readonly moved: ReadonlyMap<Judgement, TargetChange>;
  readonly waveOf: ReadonlyMap<Judgement, number>;
  readonly waveSizes: Readonly<Record<number, number>>;
  readonly opens: readonly GatePlace[];
  /** What keeps the rollout from its end, if anything. */
  readonly ending: HoldReason | undefined;
}

/** Goes through the waves in their order, dispatching what may leave and naming what keeps the rest. `stopped` keeps everything. */
export function walkWaves(
  rollout: Rollout,
  judged: readonly Judgement[],
  tally: Tally,
  stopped: HoldReason | undefined,
  now: Instant,
): Walk {
  const { strategy, skippedWaves } = rollout;
  const decisions: Decision[] = [];
  const moved = new Map<Judgement, TargetChange>();
  const waveOf = new Map<Judgement, number>();
  const waveSizes: Record<number, number> = { ...rollout.waveSizes };
  const opens: GatePlace[] = [];
  let hold = stopped;
  /** Later waves do not wait for a skipped one; the end does. */
  let unfinished: HoldReason | undefined;
  const ask = (index: number, wave: Wave, when: "before" | "after"): HoldReason | undefined => {
    const verdict = askGates(index, wave, when, rollout.gates);
    opens.push(...verdict.opens);
    return verdict.hold;
  };

  const members = membersOfWaves(strategy, judged, rollout.waveSizes);
  const indices = [...strategy.waves.keys()];
  for (const index of strategy.order === "reverse" ? indices.reverse() : indices) {
    const wave = strategy.waves[index] as Wave;
    const clusters = members[index] ?? [];
    for (const judgement of clusters) waveOf.set(judgement, index);
    if (clusters.length === 0) continue; // nothing to ask its gates about
    const isSkipped = skippedWaves.includes(index);
    if (!isSkipped) hold ??= ask(index, wave, "before");
    const breaker = pruneBreaker(wave, clusters, waveSizes[index] ?? clusters.length);
    const maxConcurrency = Math.max(1, amountOf(wave.maxConcurrency, waveSizes[index] ?? clusters.length));
    for (const judgement of clusters) {
      if (judgement.state !== "waiting") continue;
      if (isSkipped && !judgement.target.retried) {
        moved.set(judgement, { ...judgement, state: "skipped", because: { kind: "WaveSkipped", wave: wave.name }, wave: index });
        continue;
      }
      const { target } = judgement;
      const because = hold ?? breaker ?? heldByWindow(rollout, target) ?? heldByBudget(strategy, wave, maxConcurrency, target, tally, now);
      decisions.push(because ? { kind: "hold", clusterId: target.clusterId, because } : { kind: "dispatch", clusterId: target.clusterId });
      if (because) continue;
      waveSizes[index] ??= clusters.length;
      const change = dispatch(judgement, index, strategy, now);
      moved.set(judgement, change);
      if (change.state === "offline") tally.offline += 1;
      else tally.inFlight += 1;
    }
    hold ??= breaker;
    if (isSkipped) {
      unfinished ??= underWay(wave, countStates(clusters, moved));
      continue;
    }
    hold ??= unsettled(strategy, wave, clusters, moved, tally, now);
    hold ??= ask(index, wave, "after");
  }
  return { decisions, moved, waveOf, waveSizes, opens, ending: hold ?? unfinished ?? undecided(strategy, tally) ?? tooFew(tally) };
}

/** A cluster's own window holds that cluster alone. */
const heldByWindow = ({ kind, restrictions }: Rollout, { window }: Judgement["target"]): HoldReason | undefined =>
  window === undefined || kind === "Rollback" || restrictions.breakGlass !== undefined ? undefined : { kind: "OutsideWindow", window };

/** A release that makes many clusters delete more than they may is wrong for all of them more often than for none. */
const mostThatHoldPrunes = "5%";

function pruneBreaker({ name: wave }: Wave, clusters: readonly Judgement[], of: number): HoldReason | undefined {
  const held = clusters.filter(holdsPrune);
  if (held.length === 0 || held.length <= amountOf(mostThatHoldPrunes, of)) return undefined;
  return { kind: "PruneHeld", wave, held: held.length, of, clusters: held.slice(0, maxExamples).map(({ target }) => target.name) };
}

/** A cluster that is away gets its assignment too, and applies it when it returns; meanwhile it counts as offline. */
function dispatch(judgement: Judgement, wave: number, { progressDeadlineMs }: RolloutStrategy, now: Instant): TargetChange {
  const { target } = judgement;
  const away = isAway(target, now);
  const silence: TargetReason = target.inMaintenance ? { kind: "Maintenance" } : { kind: "Silent", lastSeen: target.lastSeen };
  return {
    ...judgement,
    state: away ? "offline" : "inFlight",
    because: away ? silence : { kind: target.retried ? "Retried" : "Dispatched" },
    wave,
    generation: undefined, // given by the assignment that the commit makes
    wasDegraded: target.status?.health === "Degraded",
    wasRefused: refusesAlready(target),
    dispatchedAt: now,
    acknowledgedAt: undefined,
    succeededAt: undefined,
    recheckAt: away ? undefined : nextLook(target, progressDeadlineMs, now),
  };
}

/** One that is tried again may be well already, and then has nothing new to report. */
const nextLook = ({ retried }: Target, progressDeadlineMs: number, now: Instant): Instant =>
  retried ? now : later(now, progressDeadlineMs);

/** Why later waves, and the end, must wait for `wave`; undefined when it is settled and has soaked. */
function unsettled(
  { offlinePolicy }: RolloutStrategy,
  wave: Wave,
  clusters: readonly Judgement[],
  moved: Walk["moved"],
  { offline, maxOffline }: Tally,
  now: Instant,
): HoldReason | undefined {
  const counts = countStates(clusters, moved);
  const open = underWay(wave, counts);
  if (open !== undefined) return open;
  if (offline > maxOffline) return { kind: "OfflineBudget", offline, maxOffline };
  if (offlinePolicy === "Wait" && counts.offline > 0) return { kind: "AwaitingOffline", wave: wave.name, offline: counts.offline };
  if (counts.unwell > 0) return { kind: "Unwell", wave: wave.name, clusters: counts.unwell };
  const until = (counts.newestSoak + wave.soakMs) as Instant;
  return until > now ? { kind: "Soaking", wave: wave.name, until } : undefined;
}

interface Counts {
  waiting: number;
  inFlight: number;
  offline: number;
  unwell: number;
  /** When the youngest success of the wave began to soak. */
  newestSoak: number;
}

function countStates(clusters: readonly Judgement[], moved: Walk["moved"]): Counts {
  const counts: Counts = { waiting: 0, inFlight: 0, offline: 0, unwell: 0, newestSoak: Number.NEGATIVE_INFINITY };
  for (const judgement of clusters) {
    const { state, unwell, soakFrom } = moved.get(judgement) ?? judgement;
    if (state === "waiting" || state === "inFlight" || state === "offline") counts[state] += 1;
    if (unwell) counts.unwell += 1;
    counts.newestSoak = Math.max(counts.newestSoak, soakFrom ?? counts.newestSoak);
  }
  return counts;
}

const underWay = ({ name: wave }: Wave, { waiting, inFlight }: Counts): HoldReason | undefined =>
  waiting + inFlight > 0 ? { kind: "EarlierWave", wave, waiting, inFlight } : undefined;

/** Who is silent now may yet count as a failure. */
const undecided = ({ offlinePolicy, waves }: RolloutStrategy, { offline }: Tally): HoldReason | undefined =>
  offlinePolicy === "Fail" && offline > 0 ? { kind: "AwaitingOffline", wave: waves.at(-1)?.name ?? "", offline } : undefined;

const tooFew = ({ successful, minSuccessful }: Tally): HoldReason | undefined =>
  successful < minSuccessful ? { kind: "TooFewSuccessful", successful, minSuccessful } : undefined;
