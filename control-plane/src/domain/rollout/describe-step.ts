/** One step of a rollout's timeline as it was recorded. */
export interface RecordedStep {
  readonly kind: string;
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
  readonly clusters?: number;
  readonly wave?: string;
  /** Of the reason that was recorded with it, already in words. */
  readonly because?: string;
}

const said: Readonly<Record<string, string>> = {
  asked: "it was asked for",
  askedAgain: "it was asked for again, which changed nothing: the revision is pinned already",
  committed: "its commit is in the fleet repository",
  created: "the rollout was created",
  started: "it began",
  paused: "it was paused",
  resumed: "it was resumed",
  budgetSpent: "it went no further",
  rollbackStarted: "its rollback began",
  rolledBack: "every cluster that it changed is back",
  completed: "every cluster that counts succeeded",
  superseded: "a newer rollout took its place",
  aborted: "it was ended",
  takenUp: "it was taken up where it had stopped",
  waveSkipped: "a wave was left out",
  GateOpened: "a gate was opened",
  GatePassed: "a gate passed",
  GateFailed: "a gate failed",
  Approved: "a gate was approved",
  Rejected: "a gate was rejected",
  Overridden: "a gate was passed over",
  joined: "joined the environment meanwhile",
  "fleet.stop": "the whole fleet was stopped",
  "fleet.stop.release": "the fleet's stop was released",
  "break-glass.begin": "freezes and windows were set aside",
  "break-glass.end": "freezes and windows count again",
};

const states: Readonly<Record<string, string>> = {
  waiting: "waiting",
  unchanged: "had this content already",
  inFlight: "given the release",
  succeeded: "reported it Synced and Healthy",
  failed: "failed",
  offline: "fell silent",
  left: "no longer this rollout's",
  skipped: "left out of it",
};

/** A line for people. What has no words of its own is named as it was recorded. */
export function describeStep({ event, to, clusters, wave, because }: RecordedStep): string {
  const what =
    clusters === undefined ? ownWords(event, wave) : `${clusters} cluster${clusters === 1 ? "" : "s"}: ${clusterWords(event, to)}`;
  return because === undefined || because === "" || what.endsWith(because) ? what : `${what}: ${because}`;
}

const ownWords = (event: string, wave: string | undefined): string =>
  event === "waveSkipped" && wave !== undefined ? `wave ${wave} was left out` : (said[event] ?? event);

const clusterWords = (event: string, to: string | undefined): string => said[event] ?? states[to ?? ""] ?? event;
