import { instant, type ClusterId, type Instant, type Labels } from "@drover/kit";
import type { Strategy } from "@drover/proto/fleet";
import type { Digest, Health } from "@drover/proto/wire";
import { nextPhase, type Phase } from "./phase.ts";
import { planRollout, type Rollout, type RolloutPlan } from "./plan.ts";
import { noRestrictions } from "./restrictions.ts";
import { resolveStrategy, rollbackStrategy, type RolloutStrategy } from "./strategy.ts";
import type { ObservedStatus, Target, TargetState } from "./target.ts";

/** A fleet for the planner's tests: what a commit would store is kept in a map, and reports come when the test says so. */
export const seconds = (s: number): Instant => instant(s * 1000);
const content = "sha256:content" as Digest;
const bundle = "sha256:bundle" as Digest;

export const target = (name: string): Target => ({
  clusterId: name as ClusterId,
  name,
  labels: {},
  state: "waiting",
  wave: undefined,
  retried: false,
  hasPrevious: false,
  generation: undefined,
  wasDegraded: false,
  wasRefused: false,
  dispatchedAt: undefined,
  acknowledgedAt: undefined,
  succeededAt: undefined,
  goal: { contentDigest: content, bundle },
  assignment: undefined,
  status: undefined,
  lastSeen: seconds(0),
  inMaintenance: false,
  window: undefined,
});

export const fleet = (...names: readonly string[]): readonly Target[] => names.map(target);

export const newRollout: Omit<Rollout, "strategy"> = {
  kind: "Rollout",
  phase: "Pending",
  acceptedFailures: 0,
  waveSizes: {},
  skippedWaves: [],
  gates: [],
  restrictions: noRestrictions,
};

export const rollout = (strategy: Strategy) => ({
  plan: (targets: readonly Target[], now: number): RolloutPlan =>
    planRollout({ ...newRollout, strategy: resolveStrategy(strategy, targets.length) }, targets, seconds(now)),
});

export const words = ({ decisions }: RolloutPlan): string[] =>
  decisions
    .toSorted((a, b) => (a.clusterId < b.clusterId ? -1 : 1))
    .map((decision) =>
      decision.kind === "hold" ? `hold ${decision.clusterId}: ${decision.because.kind}` : `dispatch ${decision.clusterId}`,
    );

export const world = (strategy: Strategy, names: readonly string[]): World => new World(strategy, names);

export class World {
  now = seconds(0);
  phase: Phase = "Pending";
  /** What else the rollout is: its gates, its restrictions. */
  over: Partial<Rollout> = {};
  readonly #strategy: Strategy;
  readonly #targets = new Map<string, Target>();
  #resolve: (strategy: Strategy, clusters: number) => RolloutStrategy = resolveStrategy;
  #acceptedFailures = 0;
  #waveSizes: Rollout["waveSizes"] = {};

  constructor(strategy: Strategy, names: readonly string[]) {
    this.#strategy = strategy;
    for (const name of names) this.join(name);
  }

  /** Plans and commits, as the reconciler does. */
  plan(): RolloutPlan {
    const rollout: Rollout = {
      ...newRollout,
      ...this.over,
      phase: this.phase,
      strategy: this.#resolve(this.#strategy, this.#targets.size),
      acceptedFailures: this.#acceptedFailures,
      waveSizes: this.#waveSizes,
    };
    const plan = planRollout(rollout, [...this.#targets.values()], this.now);
    this.#waveSizes = plan.waveSizes;
    if (plan.event) this.phase = nextPhase(this.phase, plan.event) ?? this.phase;
    const dispatched = new Set(plan.decisions.filter(({ kind }) => kind === "dispatch").map(({ clusterId }) => clusterId));
    for (const { target: before, ...change } of plan.changes) {
      const { state, wave, wasDegraded, wasRefused, dispatchedAt, acknowledgedAt, succeededAt } = change;
      const isNew = dispatched.has(before.clusterId) && (before.assignment === undefined || !before.retried);
      const generation = dispatched.has(before.clusterId) ? (before.assignment?.generation ?? 0) + (isNew ? 1 : 0) : change.generation;
      const assigned = isNew ? this.#assignment(generation ?? 0) : before.assignment;
      const assignment = assigned && state === "succeeded" ? { ...assigned, provenAt: succeededAt } : assigned;
      const judged = { state, wave, wasDegraded, wasRefused, dispatchedAt, acknowledgedAt, succeededAt };
      this.#put({ ...before, ...judged, retried: false, generation, assignment });
    }
    return plan;
  }

  dispatched(): string[] {
    return this.plan().decisions.flatMap(({ kind, clusterId }) => (kind === "dispatch" ? [String(clusterId)] : []));
  }

  states(): Record<string, TargetState> {
    return Object.fromEntries([...this.#targets].map(([name, { state }]) => [name, state]));
  }

  /** The states of each wave's dispatched clusters. */
  waves(): ReadonlyMap<number, readonly TargetState[]> {
    const dispatched = [...this.#targets.values()].filter(({ wave }) => wave !== undefined);
    const waves = Map.groupBy(dispatched, ({ wave }) => wave ?? 0);
    return new Map([...waves].map(([wave, targets]) => [wave, targets.map(({ state }) => state)]));
  }

  resume(acceptFailures: number): void {
    this.#acceptedFailures += acceptFailures;
    this.phase = nextPhase(this.phase, "resumed") ?? this.phase;
  }

  /** Time passes; agents that are not excepted keep in touch. */
  wait(s: number, { except }: { except?: string } = {}): void {
    this.now = instant(this.now + s * 1000);
    for (const name of this.#targets.keys()) if (name !== except) this.seen(name);
  }

  seen(name: string): void {
    this.#change(name, { lastSeen: this.now });
  }

  /** A report of exactly what the cluster was given. */
  report(name: string, health: Health, over: Partial<Omit<ObservedStatus, "bundle">> & { bundle?: string } = {}): void {
    this.#report(name, this.#get(name).assignment?.generation ?? 0, health, over);
  }

  /** It says no to an object of exactly what it was given. */
  refuse(name: string, health: Health = "Healthy"): void {
    const since = this.#get(name).status?.refusal?.since ?? this.now;
    const refusal = { object: "Deployment demo/web", reason: "Forbidden", message: "no memory limit", since };
    this.report(name, health, { sync: "OutOfSync", refusal });
  }

  /** A report of what the cluster had before. */
  reportOther(name: string, health: Health): void {
    this.#report(name, (this.#get(name).assignment?.generation ?? 1) - 1, health, {});
  }

  alreadyHas(name: string, proof: "proven" | "unproven"): void {
    this.#change(name, { assignment: { ...this.#assignment(7), provenAt: proof === "proven" ? this.now : undefined } });
  }

  maintain(name: string, inMaintenance: boolean): void {
    this.#change(name, { inMaintenance });
  }

  /** It had other content before the rollout. */
  had(name: string): void {
    this.#change(name, { hasPrevious: true });
  }

  /** As a person's order leaves it. */
  retry(name: string): void {
    this.#change(name, { state: "waiting", retried: true });
  }

  /** Makes this the rollback of what reached each cluster in its wave. */
  rollBack(waves: Readonly<Record<string, number>>): void {
    this.#resolve = (strategy, clusters) => rollbackStrategy({ ...resolveStrategy(strategy, clusters), rollback: { maxConcurrency: 1 } });
    for (const [name, wave] of Object.entries(waves)) this.#change(name, { wave });
  }

  label(name: string, labels: Labels): void {
    this.#change(name, { labels });
  }

  join(name: string): void {
    this.#put({ ...target(name), lastSeen: this.now });
  }

  leave(name: string): void {
    this.#change(name, { goal: undefined });
  }

  #report(name: string, generation: number, health: Health, over: Partial<Omit<ObservedStatus, "bundle">> & { bundle?: string }): void {
    const before = this.#get(name).status;
    const degradedSince = health === "Degraded" ? (before?.degradedSince ?? this.now) : undefined;
    const lastDegradedAt = health === "Degraded" ? this.now : before?.lastDegradedAt;
    const said = {
      generation,
      sync: "Synced" as const,
      health,
      degradedSince,
      lastDegradedAt,
      reportedAt: this.now,
      holdsPrune: false,
      refusal: undefined,
      ...over,
    };
    this.#change(name, { status: { ...said, bundle: (over.bundle ?? bundle) as Digest }, lastSeen: this.now });
  }

  #assignment(generation: number): NonNullable<Target["assignment"]> {
    return { generation, contentDigest: content, state: "active", acknowledgedAt: undefined, provenAt: undefined };
  }

  #get(name: string): Target {
    return this.#targets.get(name) ?? target(name);
  }

  #change(name: string, over: Partial<Target>): void {
    this.#put({ ...this.#get(name), ...over });
  }

  #put(changed: Target): void {
    this.#targets.set(changed.name, changed);
  }
}
