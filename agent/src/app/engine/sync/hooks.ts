import { DroverError, parseJson, toDroverError } from "@drover/kit";
import { nameOf } from "../../../domain/manifest.ts";
import { isBeingDeleted } from "../../../domain/manifest-fields.ts";
import type { HookPhase } from "../../../domain/order/hook.ts";
import { planHooks } from "../../../domain/order/plan-hooks.ts";
import { type HookRun, runMarkOf, withRun } from "../../../domain/order/sync-record.ts";
import { ownerOf } from "../../../domain/owner.ts";
import type { KubeObject, ObjectRef } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { type HookLive, liveHook, runAnnotation } from "./hook-events.ts";
import { deleteEnded, deleteHook, isKept } from "./hook-deletion.ts";
import { lastLogOf } from "./hook-log.ts";
import type { Hook } from "../bundle/target.ts";
import type { Wait } from "./wait.ts";

export type HookProgress =
  | { readonly kind: "done" }
  | { readonly kind: "waiting"; readonly wait: Wait }
  /** `application.sync.failed` says which and why. */
  | { readonly kind: "failed" };

/**
 * Takes the hooks of a phase as far as they go, those of one wave when it is given. What has run is in the application's record,
 * which outlives the process; what runs is found in the cluster by its mark. Call it again when the wait is over.
 */
export async function runHooks(application: Application, phase: HookPhase, context: EngineContext, wave?: number): Promise<HookProgress> {
  const { assignment } = application;
  // Asked before each: an envelope or maintenance may have come since the one before.
  const isOn = (): boolean => application.assignment === assignment && !application.inMaintenance && !context.signal.aborted;
  const all = [...(application.target?.hooks.values() ?? [])];
  const hooks = wave === undefined ? all : all.filter((hook) => hook.wave === wave);
  for (;;) {
    const plan = planHooks(hooks, phase, runsOf(application));
    if (plan.kind === "failed") return plan;
    if (plan.kind === "done") {
      if (planHooks(all, phase, runsOf(application)).kind === "done") await deleteEnded(application, phase, context);
      return plan;
    }
    const open: { key: string; until: "ended" | "gone" }[] = [];
    let ended = false;
    // One after the other, in the order of their kinds: a Job's service account is there before the Job.
    for (const key of [...plan.start, ...plan.running]) {
      const step = isOn() ? await advance(application, application.target!.hooks.get(key)!, phase, context) : "running";
      if (step === "ended") ended = true;
      else open.push({ key, until: step === "replacing" ? "gone" : "ended" });
    }
    if (!ended) return { kind: "waiting", wait: { kind: "hooks", phase, hooks: open } };
  }
}

const runsOf = ({ sync }: Application): readonly HookRun[] => sync?.runs ?? [];

type Step = "running" | "replacing" | "ended";

async function advance(application: Application, hook: Hook, phase: HookPhase, context: EngineContext): Promise<Step> {
  try {
    if (hook.problem) return await fail(application, hook, neverBegun(hook, phase), hook.problem.message, context);
    const run = runsOf(application).find((one) => one.phase === phase && one.key === hook.key);
    return run ? await follow(application, hook, run, context) : await start(application, hook, phase, context);
  } catch (thrown) {
    if (!isFinal(toDroverError(thrown))) throw thrown;
    return fail(application, hook, neverBegun(hook, phase), failureOf(thrown).message, context);
  }
}

const neverBegun = ({ key }: Hook, phase: HookPhase): HookRun => ({ phase, key, uid: "", outcome: "failed" });

const finalKinds = new Set<DroverError["kind"]>(["invalid", "forbidden", "not-found", "wrong-state"]);

/** What trying again by itself would not change. Everything else is tried again, and the hook has not begun. */
const isFinal = ({ kind, code }: DroverError): boolean => finalKinds.has(kind) && code !== "OBJECT_SUSPENDED";

async function start(application: Application, hook: Hook, phase: HookPhase, context: EngineContext): Promise<Step> {
  const { kube } = application.access;
  if (context.isSuspended({ id: hook.id, suspended: false }))
    throw new DroverError("wrong-state", "OBJECT_SUSPENDED", `run hook ${nameOf(hook.id)}: drover.dev/suspend is set on its namespace`);
  const ref = refOf(hook, context);
  await context.watches.ensure(application.access, ref.resource, hook.id.namespace);
  const found = await kube.get(ref, context.signal);
  const mark = runMarkOf(application.sync!, phase);
  if (!found) return begun(application, hook, phase, await kube.create(ref, marked(hook, mark), context.signal), context);
  const live = remember(application, hook, liveHook(application, found));
  // Ours by its mark: a restart came between making it and noting it.
  if (live.owner === ownerOf(application.name, context.clusterId) && (live.run === mark || isKept(hook)))
    return begun(application, hook, phase, found, context);
  if (!isBeingDeleted(found)) await replace(application, hook, live, context);
  return "replacing";
}

function refOf({ id, version }: Hook, { discovery }: EngineContext): ObjectRef {
  const resource = discovery.find(id.group, id.kind, version);
  if (!resource) throw new DroverError("not-found", "KIND_UNKNOWN", `run hook ${nameOf(id)}: the cluster does not serve this kind`);
  return { resource, namespace: id.namespace, name: id.name };
}

function marked({ wanted }: Hook, mark: string): KubeObject {
  const manifest = parseJson(wanted.text) as KubeObject;
  const annotations = { ...(manifest.metadata["annotations"] as object | undefined), [runAnnotation]: mark };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function begun(application: Application, hook: Hook, phase: HookPhase, object: KubeObject, context: EngineContext): Promise<Step> {
  const { uid } = remember(application, hook, liveHook(application, object));
  const run: HookRun = { phase, key: hook.key, uid, outcome: "running" };
  note(application, run, context);
  return follow(application, hook, run, context);
}

type Live = HookLive & { readonly kind: "live" };

function remember({ hooks }: Application, { key }: Hook, live: HookLive): Live {
  hooks.set(key, live);
  return live as Live;
}

/** An earlier sync's, or an earlier attempt's. */
async function replace(application: Application, hook: Hook, live: Live, context: EngineContext): Promise<void> {
  if (live.owner !== ownerOf(application.name, context.clusterId))
    throw new DroverError("wrong-state", "OBJECT_CONFLICT", "an object of this name exists already and is not this application's");
  if (!hook.deletePolicies.includes("BeforeHookCreation"))
    throw new DroverError(
      "wrong-state",
      "HOOK_LEFT",
      "an earlier sync left it and its delete policy keeps it: delete it, or add BeforeHookCreation to the policy",
    );
  const tracked = application.objects.get(hook.key);
  if (tracked) tracked.wanted = undefined; // it was no hook before, and nobody is to bring it back
  await deleteHook(application, hook, live.uid, context);
}

async function follow(application: Application, hook: Hook, run: HookRun, context: EngineContext): Promise<Step> {
  const live = await lookFor(application, hook, run, context);
  const seen = live.kind === "live" ? live : live.last;
  const verdict = seen?.uid === run.uid ? seen.verdict : undefined;
  if (verdict?.kind === "succeeded") {
    note(application, { ...run, outcome: "succeeded" }, context);
    context.events.record({
      kind: "HookSucceeded",
      application: application.name,
      object: nameOf(hook.id),
      message: `${run.phase} hook`,
    });
    return "ended";
  }
  if (verdict?.kind === "failed") return fail(application, hook, run, verdict.message, context);
  if (live.kind === "live" && verdict) return "running";
  return fail(application, hook, run, "it was deleted before it ended", context);
}

/** What the watch said, unless that is not of this run: then the cluster is asked. */
async function lookFor(application: Application, hook: Hook, { uid }: HookRun, context: EngineContext): Promise<HookLive> {
  const known = application.hooks.get(hook.key);
  if (known?.kind === "live" && known.uid === uid) return known;
  if (known?.kind === "gone" && known.last?.uid === uid && known.last.verdict.kind !== "running") return known;
  const ref = refOf(hook, context);
  await context.watches.ensure(application.access, ref.resource, hook.id.namespace);
  const found = await application.access.kube.get(ref, context.signal);
  const live: HookLive = found ? liveHook(application, found) : { kind: "gone" };
  application.hooks.set(hook.key, live);
  return live;
}

function note(application: Application, run: HookRun, context: EngineContext): void {
  application.sync = withRun(application.sync!, run);
  context.inventoryChanged(application);
}

async function fail(application: Application, hook: Hook, run: HookRun, message: string, context: EngineContext): Promise<Step> {
  const log = await lastLogOf(hook, application.access.kube, context);
  note(application, { ...run, outcome: "failed" }, context);
  const { generation } = application.head;
  const failed = { generation, phase: run.phase, key: hook.key, message, log };
  // The first failure is the cause; a SyncFail hook that fails as well is only an event.
  if (!application.sync!.failed) application.sync = { ...application.sync!, failed };
  await context.inventories.save(application);
  context.events.record({
    kind: "HookFailed",
    application: application.name,
    object: nameOf(hook.id),
    message: `${run.phase} hook: ${message}${log === "" ? "" : `; log: ${log}`}`,
  });
  await deleteEnded(application, run.phase, context);
  return "ended";
}
