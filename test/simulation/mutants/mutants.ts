/** A mistake that somebody could make: one piece of text, found exactly once in its file, and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** The first seed on which it was seen to show; a change of the engine may need another. */
  readonly seed: number;
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

const rollout = "control-plane/src/domain/rollout";

export const mutants: readonly Mutant[] = [
  {
    name: "a failure too many",
    seed: 1,
    file: `${rollout}/budget.ts`,
    search: "maxFailures: amountOf(strategy.maxFailures, total) + acceptedFailures,",
    replace: "maxFailures: amountOf(strategy.maxFailures, total) + acceptedFailures + 1,",
  },
  {
    name: "strictFailures is ignored",
    seed: 10,
    file: `${rollout}/budget.ts`,
    search: "if (strategy.strictFailures && inFlight",
    replace: "if (strategy.strictFailures && inFlight > 1_000 && inFlight",
  },
  {
    name: "one too many in flight",
    seed: 2,
    file: `${rollout}/budget.ts`,
    search: "return inFlight < places",
    replace: "return inFlight <= places",
  },
  {
    name: "offline clusters are not counted",
    seed: 11,
    file: `${rollout}/budget.ts`,
    search: 'offline: count("offline"),',
    replace: "offline: 0,",
  },
  {
    name: "failures are not counted",
    seed: 1,
    file: `${rollout}/budget.ts`,
    search: 'failed: count("failed"),',
    replace: "failed: 0,",
  },
  {
    name: "no generation fence",
    seed: 15,
    file: `${rollout}/judge.ts`,
    search: "status.generation === generation && status.bundle === goal?.bundle",
    replace: "status.bundle === goal?.bundle",
  },
  {
    name: "no bundle fence",
    seed: 1,
    file: `${rollout}/judge.ts`,
    search: "status !== undefined && status.generation === generation && status.bundle === goal?.bundle ? status : undefined",
    replace: "status !== undefined && goal !== undefined && generation !== undefined ? status : undefined",
  },
  {
    name: "a failure is forgotten when the cluster recovers",
    seed: 7,
    file: `${rollout}/judge.ts`,
    search: 'failed: (target) => becomes(target, "failed"),',
    replace: "failed: judgeDispatched,",
  },
  {
    name: "the soak runs from the dispatch",
    seed: 6,
    file: `${rollout}/judge.ts`,
    search: "soakFrom: latest(target.succeededAt, lastDegradedAt),",
    replace: "soakFrom: target.dispatchedAt,",
  },
  {
    name: "Degraded does not restart the soak",
    seed: 45,
    file: `${rollout}/judge.ts`,
    search: "soakFrom: latest(target.succeededAt, lastDegradedAt),",
    replace: "soakFrom: target.succeededAt,",
  },
  {
    name: "Synced is enough to succeed",
    seed: 1,
    file: `${rollout}/judge.ts`,
    search: 'return own?.sync === "Synced" && own.health === "Healthy" ? own.reportedAt : undefined;',
    replace: 'return own?.sync === "Synced" ? own.reportedAt : undefined;',
  },
  {
    name: "a gate that was opened has passed",
    seed: 6,
    file: `${rollout}/wave-gates.ts`,
    search: 'if (run?.state === "Passed") continue;',
    replace: "if (run !== undefined) continue;",
  },
  {
    name: "gates after a wave are not asked",
    seed: 8,
    file: `${rollout}/walk-waves.ts`,
    search: 'hold ??= ask(index, wave, "after");',
    replace: "",
  },
  {
    name: "a wave does not wait for the one before",
    seed: 1,
    file: `${rollout}/walk-waves.ts`,
    search: "hold ??= unsettled(strategy, wave, clusters, moved, tally, now);",
    replace: "",
  },
  {
    name: "a wave does not wait for what is in flight",
    seed: 1,
    file: `${rollout}/walk-waves.ts`,
    search: "waiting + inFlight > 0 ?",
    replace: "waiting > 0 ?",
  },
  {
    name: "a wave goes on while one of the wave before is Degraded",
    seed: 37,
    file: `${rollout}/walk-waves.ts`,
    search: "if (counts.unwell > 0) return",
    replace: "if (counts.unwell > 1_000) return",
  },
  {
    name: "offlinePolicy Wait does not wait",
    seed: 178,
    file: `${rollout}/walk-waves.ts`,
    search: 'if (offlinePolicy === "Wait" && counts.offline > 0)',
    replace: 'if (offlinePolicy === "Wait" && counts.offline > 1_000)',
  },
  {
    name: "minSuccessful is ignored",
    seed: 19,
    file: `${rollout}/walk-waves.ts`,
    search: "?? tooFew(tally) };",
    replace: "};",
  },
  {
    name: "a rollout is completed with its first wave",
    seed: 1,
    file: `${rollout}/plan.ts`,
    search: 'if (spent === undefined) return ending === undefined ? "completed" : undefined;',
    replace:
      'if (spent === undefined) return ending === undefined || targets.some(({ state }) => state === "succeeded") ? "completed" : undefined;',
  },
  {
    name: "paused still dispatches",
    seed: 2,
    file: `${rollout}/plan.ts`,
    search: 'if (phase === "Paused") return { kind: "Paused" };',
    replace: "",
  },
  {
    name: "aborted still dispatches",
    seed: 8,
    file: `${rollout}/plan.ts`,
    search: 'Aborted: "nothing",',
    replace: 'Aborted: "carry out",',
  },
  {
    name: "the emergency stop is ignored",
    seed: 7,
    file: `${rollout}/plan.ts`,
    search: 'if (stopped !== undefined) return { kind: "Stopped", ...stopped };',
    replace: "",
  },
  {
    name: "a freeze is ignored",
    seed: 3,
    file: `${rollout}/plan.ts`,
    search: "if (freeze !== undefined) return",
    replace: "if (freeze !== undefined && freeze.name.length > 1_000) return",
  },
  {
    name: "a quarantined revision goes on",
    seed: 3,
    file: `${rollout}/plan.ts`,
    search: 'if (quarantined !== undefined && kind === "Rollout") return',
    replace: 'if (quarantined !== undefined && kind === "Rollback") return',
  },
  {
    name: "a quarantined revision is promoted again",
    seed: 1,
    file: "control-plane/src/app/placement/placement-wish.ts",
    search: "const problem = quarantineProblem(quarantine, name, commit);",
    replace: "const problem = quarantineProblem(undefined, name, commit) ?? (quarantine.revisions.length > 1_000 ? undefined : undefined);",
  },
  {
    name: "a rollback leaves out what had succeeded",
    seed: 13,
    file: `${rollout}/plan.ts`,
    search: "export const returns = ({ goal, hasPrevious }: Target): boolean => goal !== undefined && hasPrevious;",
    replace:
      'export const returns = ({ goal, hasPrevious, state }: Target): boolean => goal !== undefined && hasPrevious && state !== "succeeded";',
  },
  {
    name: "a rollback begins with the first wave",
    seed: 29,
    file: `${rollout}/strategy.ts`,
    search: 'order: "reverse",\n  maxFailures: 0,',
    replace: 'order: "forward",\n  maxFailures: 0,',
  },
  {
    name: "a cluster that is tried again loses its wave",
    seed: 150,
    file: `${rollout}/waves.ts`,
    search: '(state !== "waiting" || target.retried || order === "reverse")',
    replace: '(state !== "waiting" || order === "reverse")',
  },
  {
    name: "a dispatched cluster takes no place of its wave",
    seed: 1,
    file: `${rollout}/waves.ts`,
    search: "const kept = inWave.length + skippedIn(judged, index);",
    replace: "const kept = 0;",
  },
  {
    name: "Superseded rollouts come back",
    seed: 18,
    file: `${rollout}/phase.ts`,
    search: "  Superseded: {},",
    replace: '  Superseded: { resumed: "Running" },',
  },
  {
    name: "agents obey older envelopes",
    seed: 3,
    file: "agent/src/app/desired-state.ts",
    search: "held: this.#held });",
    replace: "held: undefined });",
  },
  {
    name: "sync repairs nothing",
    seed: 1,
    file: "control-plane/src/app/agents/answer-sync.ts",
    search: "if (have === undefined || isNewer(ours, have)) return signed(deps, ours, standing);",
    replace: 'if (have !== undefined) return { kind: "unchanged", ...common(standing.serverTime) };',
  },
  {
    name: "plans are committed whatever has changed since",
    seed: 11,
    file: "test/simulation/memory/rollouts.ts",
    search: "if (row === undefined || row.version !== snapshot.version)",
    replace: "if (row === undefined)",
  },
  {
    name: "new content keeps its generation",
    seed: 1,
    file: "test/simulation/memory/assignments.ts",
    search: "const generation = isSame ? row.generation : (row?.generation ?? 0) + 1;",
    replace: "const generation = row?.generation ?? 1;",
  },
  {
    name: "a withdrawn assignment leaves the envelope as it was",
    seed: 1,
    file: "test/simulation/memory/assignments.ts",
    search: "  markEnvelopesChanged(database, withdrawn);\n",
    replace: "",
  },
];

/** The seeds that find them all. */
export const tellingSeeds: readonly number[] = [...new Set(mutants.map(({ seed }) => seed))].toSorted((a, b) => a - b);
