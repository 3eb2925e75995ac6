import { toDroverError } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { rankOf } from "../../domain/order/rank.ts";
import { worstHealth } from "../../domain/health/health.ts";
import { keyOf, nameOf } from "../../domain/manifest.ts";
import { ownerOf } from "../../domain/owner.ts";
import { type HeldReason, planPrune, type PruneDecision, type PrunePlan } from "../../domain/prune/plan.ts";
import type { PruneProgress } from "../../domain/status/application-status.ts";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { failureOf } from "./failure.ts";
import { holdObject } from "./hold-object.ts";
import type { Tracked } from "./tracked.ts";

/** Deletes what left the bundle, as far as the plan allows, in the reverse order of applying. */
export async function prune(
  application: Application,
  assignment: Assignment,
  applied: "complete" | "incomplete",
  context: EngineContext,
): Promise<PruneProgress> {
  const plan = planFor(application, assignment, applied, context);
  const leftovers = leftoversOf(application).length;
  switch (plan.kind) {
    case "wait":
      return { kind: "waiting", objects: leftovers };
    case "held":
      return hold(application, heldText(plan.because), context);
    case "go":
      return carryOut(application, plan.decisions, context);
  }
}

const leftoversOf = ({ objects }: Application): readonly Tracked[] => [...objects.values()].filter(({ wanted, owned }) => owned && !wanted);

function planFor(application: Application, assignment: Assignment, applied: "complete" | "incomplete", context: EngineContext): PrunePlan {
  const all = [...application.objects.values()];
  return planPrune({
    owner: ownerOf(application.name, context.clusterId),
    enabled: assignment.syncPolicy.prune,
    wanted: all.filter(({ wanted }) => wanted).length,
    owned: all.filter(({ owned }) => owned).length,
    leftovers: leftoversOf(application).map(({ id, applied: last, leftover }) => ({ id, uid: last?.uid, live: leftover })),
    applied: applied === "complete",
    healthy: isHealthyEnough(application),
  });
}

/** Suspended is a state people chose; everything worse may still need what is about to go. */
export function isHealthyEnough({ objects }: Application): boolean {
  const worst = worstHealth([...objects.values()].filter(({ wanted }) => wanted).map(({ assessment }) => assessment?.health ?? "Unknown"));
  return worst === "Healthy" || worst === "Suspended";
}

function hold(application: Application, message: string, { events }: EngineContext): PruneProgress {
  const { progress } = application;
  const told = progress.kind === "applied" && progress.prune.kind === "held" && progress.prune.message === message;
  if (!told) events.record({ kind: "PruneHeld", application: application.name, message });
  return { kind: "held", message };
}

function heldText(because: HeldReason): string {
  switch (because.kind) {
    case "empty-bundle":
      return `the bundle is empty: ${because.objects} objects would be deleted`;
    case "mass-prune":
      return `${because.objects} of ${because.of} objects would be deleted at once`;
  }
}

async function carryOut(application: Application, decisions: readonly PruneDecision[], context: EngineContext): Promise<PruneProgress> {
  const ordered = decisions.toSorted((a, b) => rankOf(b.id) - rankOf(a.id));
  for (const decision of ordered) {
    const tracked = application.objects.get(keyOf(decision.id));
    if (!tracked || tracked.wanted) continue;
    if (decision.kind === "forget") application.objects.delete(tracked.key);
    if (decision.kind === "delete") await remove(application, tracked, decision.uid, context);
  }
  if (decisions.some(({ kind }) => kind === "forget")) context.inventoryChanged(application);
  const held = decisions.filter(({ kind }) => kind === "hold").map(({ id }) => nameOf(id));
  return held.length > 0 ? hold(application, `deleting would take data along: ${held.join(", ")}`, context) : { kind: "done" };
}

/** The inventory lets go of it when it is really gone, which a finalizer may delay. */
function remove(application: Application, tracked: Tracked, uid: string, context: EngineContext): Promise<void> {
  return holdObject(application, tracked, "normal", context, async () => {
    const { group, kind, namespace, name } = tracked.id;
    const resource = context.discovery.find(group, kind, tracked.version);
    if (!resource || tracked.wanted || context.isSuspended(tracked)) return;
    try {
      await application.access.kube.delete({ resource, namespace, name }, { uid }, context.signal);
      context.events.record({
        kind: "Pruned",
        application: application.name,
        object: nameOf(tracked.id),
        message: "git does not have it any more",
      });
      if (tracked.leftover.kind === "live") tracked.leftover = { ...tracked.leftover, deleting: true };
    } catch (thrown) {
      const error = toDroverError(thrown);
      // Gone, or another object by now: not ours to delete either way.
      if (error.code === "KUBE_NOT_FOUND" || error.code === "KUBE_STALE") tracked.leftover = { kind: "missing" };
      else tracked.failure = failureOf(error);
    }
  });
}
