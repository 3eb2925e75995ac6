import { type Assessment, type Health, worstHealth } from "../health/health.ts";
import { nameOf, type ObjectId } from "../manifest.ts";
import type { Wait } from "../prune/plan.ts";
import type { Fight } from "../drift/heal-pace.ts";
import { cut } from "./cut.ts";
import { changesText, type ReportedChanges } from "./report-only.ts";

export type Sync = "Synced" | "OutOfSync" | "Unknown";

/** Why an object or application could not be brought to what git says. */
export interface Failure {
  /** One word: Conflict, ImmutableConflict, Forbidden, BundleUnavailable… */
  readonly reason: string;
  readonly message: string;
}

export interface ObjectFacts {
  readonly id: ObjectId;
  readonly wanted: boolean;
  /** Undefined until it has been seen. */
  readonly assessment: Assessment | undefined;
  readonly failure: Failure | undefined;
  readonly drifted: boolean;
  /** Applied as the assigned bundle says; until its turn comes, an object is as the one before said. */
  readonly asTargeted: boolean;
  /** Somebody keeps undoing what we heal, and it is his way right now. */
  readonly fight?: Fight | undefined;
}

export type Progress =
  /** Not read, or not yet compared with the cluster. */
  | { readonly kind: "pending" }
  | { readonly kind: "applying" }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** The sync goes on once something has come about. */
  | { readonly kind: "waiting"; readonly for: Failure }
  /** A hook failed: nothing more of the bundle is applied. */
  | { readonly kind: "stopped"; readonly by: FailedHook }
  | { readonly kind: "applied"; readonly prune: PruneProgress }
  /** It only says what it would change. */
  | { readonly kind: "reported"; readonly changes: ReportedChanges }
  /** The application goes, with its objects or without. */
  | { readonly kind: "removing"; readonly prune: PruneProgress };

export interface FailedHook {
  readonly id: ObjectId;
  /** Why it failed. */
  readonly message: string;
  /** The last lines of its log; empty where there is none. */
  readonly log: string;
}

export type PruneProgress =
  | { readonly kind: "done" }
  | { readonly kind: "waiting"; readonly for: Wait; readonly objects: number }
  /** Until a person releases the list of this hash. */
  | { readonly kind: "held"; readonly message: string; readonly hash: string; readonly list: readonly ObjectId[] }
  /** Being deleted, or `failed` to be. */
  | { readonly kind: "leaving"; readonly objects: number; readonly failed: boolean };

export interface ApplicationFacts {
  readonly state: "active" | "suspended" | "in-maintenance" | "deleted" | "left" | "unassigned";
  readonly progress: Progress;
  readonly objects: Iterable<ObjectFacts>;
}

export interface StatusFailing {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly container?: string;
  readonly reason: string;
  readonly message: string;
}

export interface StatusOfApplication {
  readonly sync: Sync;
  readonly health: Health;
  readonly reason?: string;
  readonly message?: string;
  readonly failing: readonly StatusFailing[];
  readonly held?: { readonly hash: string; readonly objects: number };
  readonly objects: number;
  readonly drifted: number;
}

/** Bounds that keep a status under 1 KB on the wire. Where names are long, fewer objects are named. */
const limits = {
  failing: 3,
  failingBytes: 620,
  message: 160,
  messageBesideHeld: 80,
  reason: 64,
  hookMessage: 250,
  failingBytesWithHook: 530,
} as const;

/** What an application reports of itself. */
export function statusOf({ state, progress, objects }: ApplicationFacts): StatusOfApplication {
  const all = [...objects];
  const wanted = all.filter((object) => object.wanted);
  const counted = state === "unassigned" || wanted.length === 0 ? all : wanted;
  const drifted = all.filter((object) => object.drifted).length;
  const failed = wanted.filter(({ failure }) => failure !== undefined);
  const held = heldOf(state, progress);
  const maxMessage = held.held ? limits.messageBesideHeld : limits.message;
  const leaving = all.find(({ wanted: isWanted, failure }) => !isWanted && failure !== undefined)?.failure;
  const verdict = verdictOf(state, progress, { failed, leaving, drifted });
  return {
    ...verdict,
    ...(verdict.message === undefined
      ? {}
      : { message: cut(verdict.message, progress.kind === "stopped" ? limits.hookMessage : maxMessage) }),
    health: healthOf(state, progress, counted),
    failing: failingOf(all, progress, maxMessage),
    ...held,
    objects: all.length,
    drifted,
  };
}

/** Until the assignment is applied, what is Degraded is the one before: blaming the new one for it would halt its rollout. */
function healthOf(state: ApplicationFacts["state"], progress: Progress, counted: readonly ObjectFacts[]): Health {
  if (state === "deleted" || state === "left") return "Healthy";
  if (state === "active" && (progress.kind === "waiting" || progress.kind === "stopped")) return healthMidway(progress.kind, counted);
  const worst = worstHealth(counted.map(({ assessment }) => assessment?.health ?? "Unknown"));
  const isOfNow = progress.kind === "applied" || progress.kind === "reported";
  return worst === "Degraded" && state === "active" && !isOfNow ? "Progressing" : worst;
}

/** Of what the assigned bundle has brought already, the health is its own. */
function healthMidway(kind: "waiting" | "stopped", counted: readonly ObjectFacts[]): Health {
  const healths = counted.map(({ assessment, asTargeted }): Health => {
    const health = assessment?.health ?? "Unknown";
    return health === "Degraded" && !asTargeted ? "Progressing" : health;
  });
  return worstHealth([...healths, kind === "stopped" ? "Degraded" : "Progressing"]);
}

type Verdict = Pick<StatusOfApplication, "sync" | "reason" | "message">;

interface Unmet {
  readonly failed: readonly ObjectFacts[];
  /** Why the first of the objects that should go does not. */
  readonly leaving: Failure | undefined;
  readonly drifted: number;
}

function heldOf(state: ApplicationFacts["state"], progress: Progress): Pick<StatusOfApplication, "held"> {
  const held = state === "active" && (progress.kind === "applied" || progress.kind === "removing") ? progress.prune : undefined;
  return held?.kind === "held" ? { held: { hash: held.hash, objects: held.list.length } } : {};
}

function verdictOf(state: ApplicationFacts["state"], progress: Progress, unmet: Unmet): Verdict {
  if (state === "unassigned")
    return { sync: "Unknown", reason: "Unassigned", message: "no assignment names it: it keeps running, unchanged" };
  if (state === "left") return { sync: "Synced", reason: "Removed", message: "its objects were left in the cluster as nobody's" };
  if (state === "deleted") return { sync: "Synced", reason: "Removed", message: "its objects were deleted" };
  if (state === "in-maintenance")
    return { sync: "Unknown", reason: "Maintenance", message: "the cluster is in maintenance: nothing is changed or healed" };
  if (state === "suspended") return { sync: "Unknown", reason: "Suspended", message: "suspended: nothing is changed or healed" };
  switch (progress.kind) {
    case "pending":
    case "applying":
      return { sync: "OutOfSync", reason: "Applying" };
    case "failed":
      return { sync: "OutOfSync", ...progress.failure };
    case "waiting":
      return { sync: "OutOfSync", ...progress.for };
    case "reported": {
      const message = changesText(progress.changes);
      return message === undefined ? { sync: "Synced" } : { sync: "OutOfSync", reason: "ReportOnly", message };
    }
    case "stopped":
      return { sync: "OutOfSync", reason: "HookFailed", message: hookText(progress.by) };
    case "applied":
      return applied(progress.prune, unmet);
    case "removing":
      return pruneVerdict(progress.prune, unmet.leaving, "Removing") ?? { sync: "OutOfSync", reason: "Removing" };
  }
}

function applied(prune: PruneProgress, { failed, leaving, drifted }: Unmet): Verdict {
  const first = failed[0]?.failure;
  // One kind of failure names itself; several are looked up in `failing`.
  if (first) {
    const same = failed.every(({ failure }) => failure?.reason === first.reason);
    return { sync: "OutOfSync", reason: same ? first.reason : "ApplyFailed", message: `${failed.length} objects could not be applied` };
  }
  const unfinished = pruneVerdict(prune, leaving, "Pruning");
  if (unfinished) return unfinished;
  if (drifted > 0) return { sync: "OutOfSync", reason: "Drifted", message: `${drifted} objects differ from git` };
  return { sync: "Synced" };
}

function pruneVerdict(prune: PruneProgress, leaving: Failure | undefined, word: "Pruning" | "Removing"): Verdict | undefined {
  switch (prune.kind) {
    case "done":
      return undefined;
    case "held":
      return { sync: "OutOfSync", reason: "PruneHeld", message: prune.message };
    case "waiting":
      return { sync: "OutOfSync", reason: "PruneWaiting", message: waitText(prune.for, prune.objects) };
    case "leaving":
      return { sync: "OutOfSync", ...(leaving ?? { reason: word, message: `${prune.objects} objects are being deleted` }) };
  }
}

function waitText(wait: Wait, objects: number): string {
  switch (wait.kind) {
    case "not-applied":
      return `${objects} objects go once everything else could be listed and applied`;
    case "unread-bundle":
      return `${objects} objects go once the bundle of application ${wait.application}, which may want them, can be read`;
    case "not-healthy":
      return `${objects} objects go once the rest is healthy`;
  }
}

const hookText = ({ id, message, log }: FailedHook): string => `hook ${nameOf(id)} failed: ${log === "" ? message : log}`;

function failingOf(objects: readonly ObjectFacts[], progress: Progress, maxMessage: number): readonly StatusFailing[] {
  const reasons: (Cause & { readonly object: Pick<ObjectFacts, "id"> })[] = objects.flatMap((object) => {
    const cause = causeOf(object);
    return cause ? [{ object, ...cause }] : [];
  });
  const hook = progress.kind === "stopped" ? progress.by : undefined;
  if (hook) reasons.push({ object: hook, reason: "HookFailed", message: hook.message, weight: 4 });
  reasons.sort((a, b) => b.weight - a.weight);
  const named = reasons.slice(0, limits.failing).map(({ object: { id }, reason, message, container }) => ({
    group: id.group,
    kind: id.kind,
    ...(id.namespace === undefined ? {} : { namespace: id.namespace }),
    name: id.name,
    ...(container === undefined ? {} : { container }),
    reason: cut(reason, limits.reason),
    message: cut(message, maxMessage),
  }));
  const bytes = hook ? limits.failingBytesWithHook : limits.failingBytes;
  return named.filter((_, index) => index === 0 || JSON.stringify(named.slice(0, index + 1)).length <= bytes);
}

interface Cause extends Failure {
  readonly container?: string | undefined;
  /** What people have to act on comes before what may pass. */
  readonly weight: number;
}

function causeOf({ failure, assessment, fight }: ObjectFacts): Cause | undefined {
  if (failure) return { ...failure, weight: 3 };
  if (fight) return { reason: "DriftFight", message: `${fight.with} keeps changing ${fight.fields.join(", ") || "it"}`, weight: 3 };
  if (!assessment || assessment.health === "Healthy" || assessment.health === "Suspended") return undefined;
  return {
    reason: assessment.reason ?? assessment.health,
    message: assessment.message ?? "",
    container: assessment.container,
    weight: assessment.health === "Degraded" ? 2 : 1,
  };
}
