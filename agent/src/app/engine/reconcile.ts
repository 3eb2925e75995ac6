import type { Assignment } from "@drover/proto/wire";
import { DroverError, type Json, member, memberAt, parseJson, textAt, toDroverError } from "@drover/kit";
import { crdRank, rankOf } from "../../domain/order/rank.ts";
import { planApply } from "../../domain/apply/plan.ts";
import { isEstablished } from "../../domain/health/assess.ts";
import type { Resource } from "../kube.ts";
import type { Access } from "./access.ts";
import { type Application, hasSyncOption } from "./application.ts";
import { applyObject } from "./apply-object.ts";
import type { EngineContext } from "./context.ts";
import { failureOf } from "./failure.ts";
import type { Outcome } from "./outcome.ts";
import { needsAnotherRun, prune } from "./prune.ts";
import { readBundle, readRestoredBundle } from "./read-bundle.ts";
import { remove } from "./removal.ts";
import type { Tracked } from "./tracked.ts";
import { watchOwned } from "./watch-owned.ts";

const establishedWithinMs = 30_000;

/**
 * One run for one application: read, apply in order, then prune. It may be repeated at any time and at any point of a
 * run that was cut off; what is right already costs no request.
 */
export async function reconcile(application: Application, context: EngineContext): Promise<Outcome> {
  const { assignment } = application;
  if (!assignment || application.inMaintenance)
    return (await watchOwned(application, context)) === "complete" ? { kind: "settled" } : { kind: "retry" };
  if (assignment.state === "removing") return remove(application, assignment, context);
  try {
    await readBundle(application, assignment, context);
  } catch (thrown) {
    application.progress = { kind: "failed", failure: failureOf(thrown) };
    await readRestoredBundle(application, assignment, context);
    await watchOwned(application, context);
    return { kind: "retry" };
  }
  await watchOwned(application, context);
  if (assignment.state === "suspended") return { kind: "settled" };
  application.progress = { kind: "applying" };
  const applied = await applyAll(application, assignment, context);
  if (application.assignment !== assignment) return { kind: "superseded" };
  await context.inventories.save(application);
  const pruned = await prune(application, assignment, applied, context);
  if (application.assignment !== assignment) return { kind: "superseded" };
  application.progress = { kind: "applied", prune: pruned };
  return applied === "complete" && !needsAnotherRun(pruned) ? { kind: "settled" } : { kind: "retry" };
}

type Applied = "complete" | "incomplete";

async function applyAll(application: Application, assignment: Assignment, context: EngineContext): Promise<Applied> {
  const wanted = [...application.objects.values()].filter((tracked) => tracked.wanted !== undefined);
  const groups = planApply(
    wanted.map(({ key, id, wanted: { desired } = { desired: "" } }) => ({ key, rank: rankOf(id), desired })),
    application.objects,
  );
  const news = wanted.filter(({ owned }) => !owned);
  if (hasSyncOption(assignment.syncPolicy, "CreateNamespace=true") && news.length > 0)
    await createNamespace(application, assignment.namespace, context);
  await intend(application, news, context);
  let applied: Applied = "complete";
  for (const group of groups) {
    if (application.assignment !== assignment) return "incomplete";
    const members = group.map(({ key }) => application.objects.get(key)!);
    const outcomes = await Promise.all(members.map((tracked) => applyObject(application, tracked, "normal", context)));
    if (outcomes.includes("failed")) applied = "incomplete";
    const definitions = members.filter(({ id }) => rankOf(id) === crdRank);
    if (definitions.some((tracked) => !isServed(tracked, context))) await establish(application, definitions, context);
  }
  return applied;
}

/** Before an object is created the inventory says that it will be, so that a crash in between cannot make it nobody's. */
async function intend(application: Application, news: readonly Tracked[], context: EngineContext): Promise<void> {
  if (news.length === 0) return;
  for (const tracked of news) tracked.owned = true;
  await context.inventories.save(application);
}

async function createNamespace({ access }: Application, name: string, context: EngineContext): Promise<void> {
  const resource = context.discovery.find("", "Namespace");
  if (!resource) return;
  const ref = { resource, namespace: undefined, name };
  if (await access.kube.get(ref, context.signal)) return;
  try {
    await access.kube.create(ref, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, context.signal);
  } catch (thrown) {
    if (toDroverError(thrown).code !== "KUBE_EXISTS") throw thrown;
  }
}

/** Waits until the cluster serves what the definitions define, then looks at its kinds again and watches the new ones. */
async function establish(application: Application, definitions: readonly Tracked[], context: EngineContext): Promise<void> {
  const giveUpAt = context.clock.monotonicMs() + establishedWithinMs;
  for (const tracked of definitions) {
    const resource = context.discovery.find(tracked.id.group, tracked.id.kind, tracked.version);
    if (!resource || tracked.failure) continue;
    if (!(await isEstablishedBy(giveUpAt, application.access, resource, tracked, context)))
      tracked.failure = failureOf(
        new DroverError("timeout", "CRD_NOT_ESTABLISHED", `${tracked.id.name} was not established within ${establishedWithinMs / 1000} s`),
      );
  }
  await refreshUntilServed(giveUpAt, definitions, context);
  await watchOwned(application, context);
}

/** A definition is Established some time before discovery lists its kind. */
async function refreshUntilServed(giveUpAt: number, definitions: readonly Tracked[], context: EngineContext): Promise<void> {
  for (let waitMs = 20; ; waitMs = Math.min(1_000, waitMs * 2)) {
    await context.discovery.refresh(context.signal);
    const isComplete = definitions.every((tracked) => tracked.failure !== undefined || isServed(tracked, context));
    if (isComplete || context.clock.monotonicMs() >= giveUpAt) return;
    await context.clock.sleep(waitMs, context.signal);
  }
}

/** Whether discovery lists what the definition defines, in every version that it asks for. */
function isServed({ wanted }: Tracked, { discovery }: EngineContext): boolean {
  const definition = parseJson(wanted?.text ?? "null");
  const versions = memberAt(definition, "spec", "versions");
  return (Array.isArray(versions) ? (versions as readonly Json[]) : [])
    .filter((version) => member(version, "served") === true)
    .map((version) => textAt(version, "name"))
    .every(
      (version) =>
        discovery.find(textAt(definition, "spec", "group"), textAt(definition, "spec", "names", "kind"), version)?.version === version,
    );
}

async function isEstablishedBy(
  giveUpAt: number,
  { kube }: Access,
  resource: Resource,
  { id }: Tracked,
  context: EngineContext,
): Promise<boolean> {
  for (let waitMs = 20; context.clock.monotonicMs() < giveUpAt; waitMs = Math.min(1_000, waitMs * 2)) {
    const live = await kube.get({ resource, namespace: undefined, name: id.name }, context.signal);
    if (live && isEstablished(live)) return true;
    await context.clock.sleep(waitMs, context.signal);
  }
  return false;
}
