import type { Assignment } from "@drover/proto/wire";
import { nameOf } from "../../../domain/manifest.ts";
import { resumeSync, tryAgain } from "../../../domain/order/sync-record.ts";
import type { FailedHook } from "../../../domain/status/application-status.ts";
import { type Application, hasSyncOption, isActive } from "../application.ts";
import { createNamespace } from "../write/application-namespace.ts";
import { applyWave } from "./apply-wave.ts";
import type { EngineContext } from "../context.ts";
import { runHooks } from "./hooks.ts";
import { isDone, letGoOfTheRest } from "../bundle/target.ts";
import { blockingApplication, type Wait } from "./wait.ts";
import { peersOf } from "./waiting.ts";

const maxToldLeftOut = 10;

export type Synced =
  /** Every object of the target has had its turn; `incomplete`: some could not be applied. */
  | { readonly kind: "applied"; readonly applied: "complete" | "incomplete" }
  /** `incomplete`: besides, an object could not be applied and is to be tried again. */
  | { readonly kind: "waiting"; readonly wait: Wait; readonly applied: "complete" | "incomplete" }
  /** A hook failed; `application.sync.failed` says which. */
  | { readonly kind: "stopped"; readonly wait: Wait | undefined }
  | { readonly kind: "superseded" };

/**
 * Takes the sync of the target as far as it goes now: the applications it depends on, PreSync hooks, waves with their Sync
 * hooks, PostSync hooks. It begins at the beginning each time; what is done already costs no request.
 */
export async function syncTarget(application: Application, assignment: Assignment, context: EngineContext): Promise<Synced> {
  const isOn = (): boolean => application.assignment === assignment && isActive(application) && !context.signal.aborted;
  if (application.sync?.bundle !== assignment.bundle.sha256) tellLeftOut(application, context);
  application.sync = resumeSync(application.sync, assignment.bundle.sha256, assignment.generation);
  const hasBegun = application.sync.runs.length > 0 || application.sync.complete === true;
  if (!hasBegun && blockingApplication(application, peersOf(application, context)) !== undefined)
    return { kind: "waiting", wait: { kind: "applications" }, applied: "complete" };
  if (hasSyncOption(assignment.syncPolicy, "CreateNamespace=true") && isAnythingNew(application))
    await createNamespace(application, assignment, context);
  if (application.sync.failed) return stop(application, context);
  if (!application.sync.complete) {
    const before = await hooksOf(application, "PreSync", context);
    if (before) return before;
  }
  const waves = await applyWaves(application, isOn, context);
  if (waves.kind !== "applied" || !isOn()) return isOn() ? waves : { kind: "superseded" };
  if (waves.applied === "incomplete") return waves;
  letGoOfTheRest(application);
  application.sync = { ...application.sync, inForce: assignment.bundle.sha256 };
  return afterwards(application, isOn, context);
}

/** Once for each new bundle; the first of many are enough to know. */
function tellLeftOut({ name, target }: Application, { events }: EngineContext): void {
  for (const { id, because } of target!.leftOut.slice(0, maxToldLeftOut))
    events.record({ kind: "HookLeftOut", application: name, object: nameOf(id), message: because });
}

const isAnythingNew = ({ target, objects, sync }: Application): boolean =>
  [...target!.objects.keys()].some((key) => !objects.get(key)?.owned) || (target!.hooks.size > 0 && !sync?.complete);

/** Undefined when the phase is over and the sync goes on. */
async function hooksOf(
  application: Application,
  phase: "PreSync" | "Sync" | "PostSync",
  context: EngineContext,
  wave?: number,
): Promise<Synced | undefined> {
  const progress = await runHooks(application, phase, context, wave);
  switch (progress.kind) {
    case "done":
      return undefined;
    case "waiting":
      return { kind: "waiting", wait: progress.wait, applied: "complete" };
    case "failed":
      return stop(application, context);
  }
}

/** Nothing more of the bundle is applied; what is in force stays so and is healed. */
async function stop(application: Application, context: EngineContext): Promise<Synced> {
  const progress = await runHooks(application, "SyncFail", context);
  return { kind: "stopped", wait: progress.kind === "waiting" ? progress.wait : undefined };
}

async function applyWaves(application: Application, isOn: () => boolean, context: EngineContext): Promise<Synced> {
  const { order, hooks } = application.target!;
  const ofWave = new Map(order.waves.map((wave) => [wave.wave, wave]));
  const withHooks = [...hooks.values()].filter(({ phases }) => phases.includes("Sync")).map(({ wave }) => wave);
  const waves = [...new Set([...ofWave.keys(), ...withHooks])].sort((a, b) => a - b);
  const isSynced = application.sync?.complete === true;
  let applied: "complete" | "incomplete" = "complete";
  for (const wave of waves) {
    const { keys, steps } = ofWave.get(wave) ?? { keys: [], steps: [] };
    const { failed, held } = await applyWave(application, { wave, keys, steps }, isOn, context);
    if (!isOn()) return { kind: "superseded" };
    if (failed) applied = "incomplete";
    if (held.length > 0) return { kind: "waiting", wait: { kind: "dependencies", pairs: held }, applied };
    // Its hooks have run and its waves have waited: what is put right now needs neither.
    if (isSynced) continue;
    const waiting = failed ? undefined : await hooksOf(application, "Sync", context, wave);
    if (waiting) return waiting;
    const open = wave === waves.at(-1) ? [] : keys.filter((key) => !isDone(application, key));
    if (open.length > 0) return { kind: "waiting", wait: { kind: "wave", wave, keys: open }, applied };
  }
  return { kind: "applied", applied };
}

async function afterwards(application: Application, isOn: () => boolean, context: EngineContext): Promise<Synced> {
  if (application.sync?.complete) return { kind: "applied", applied: "complete" };
  const { target } = application;
  const hasPostSync = [...target!.hooks.values()].some(({ phases }) => phases.includes("PostSync"));
  const open = hasPostSync ? [...target!.objects.keys()].filter((key) => !isDone(application, key)) : [];
  if (open.length > 0) return { kind: "waiting", wait: { kind: "health", keys: open }, applied: "complete" };
  const waiting = hasPostSync ? await hooksOf(application, "PostSync", context) : undefined;
  if (waiting) return waiting;
  if (!isOn()) return { kind: "superseded" };
  application.sync = { ...application.sync!, complete: true };
  return { kind: "applied", applied: "complete" };
}

/** Somebody wants a sync that a hook stopped to be tried again. */
export function retryFailedSync(application: Application): void {
  if (application.sync?.failed) application.sync = tryAgain(application.sync);
}

/** Which hook stopped the sync, as the status tells it. */
export function failedHookOf({ sync, target }: Application): FailedHook {
  const { key = "", message = "", log = "" } = sync?.failed ?? {};
  const [group = "", kind = "", namespace, name = ""] = key.split("/");
  return { id: target?.hooks.get(key)?.id ?? { group, kind, namespace: namespace || undefined, name }, message, log };
}
