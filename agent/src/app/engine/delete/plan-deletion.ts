import { type Assignment, pruneListHash } from "@drover/proto/wire";
import { nameOf, type ObjectId } from "../../../domain/manifest.ts";
import { ownerOf } from "../../../domain/owner.ts";
import { type Leftover, leftoverLive, type Purpose } from "../../../domain/prune/leftover.ts";
import { type DeletionPlan, type HeldReason, planDeletion, type Wait } from "../../../domain/prune/plan.ts";
import type { PruneProgress } from "../../../domain/status/application-status.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { defines, othersOf, tellOthers } from "./other-applications.ts";
import type { Tracked } from "../tracked.ts";

/** A list whose deletion waits for a person, and the hash that releases exactly it. */
export interface HeldPrune {
  readonly hash: string;
  readonly list: readonly ObjectId[];
}

export function heldPrune({ progress }: Application): HeldPrune | undefined {
  const held = progress.kind === "applied" || progress.kind === "removing" ? progress.prune : undefined;
  return held?.kind === "held" ? held : undefined;
}

/** Whether people have changed what a held list is about since it was told. */
export function isHeldListOld(application: Application, context: EngineContext): boolean {
  const { assignment, inMaintenance } = application;
  const held = heldPrune(application);
  if (!held || !assignment || inMaintenance) return false;
  const purpose = assignment.state === "removing" ? "removal" : "prune";
  const leftovers = [...application.objects.values()].filter(({ wanted, owned }) => owned && !wanted);
  const { next } = planFor(application, assignment, leftovers, purpose, undefined, context);
  return next.kind !== "held" || pruneListHash(next.list) !== held.hash;
}

/** What becomes of these objects of the inventory, by what is known of the cluster right now. */
export function planFor(
  application: Application,
  { syncPolicy, approvedPrunes = [] }: Assignment,
  leftovers: readonly Tracked[],
  purpose: Purpose,
  before: Wait | undefined,
  context: EngineContext,
): DeletionPlan {
  const all = [...application.objects.values()];
  return planDeletion({
    purpose,
    owner: ownerOf(application.name, context.clusterId),
    enabled: purpose === "removal" || syncPolicy.prune,
    syncOptions: syncPolicy.syncOptions,
    wanted: all.filter(({ wanted }) => wanted).length,
    owned: all.filter(({ owned }) => owned).length,
    leftovers: leftovers.map((tracked) => leftoverOf(tracked, context)),
    others: othersOf(application, context),
    defines: (definition, id) => defines(definition, id, context),
    isApproved: (list) => approvedPrunes.includes(pruneListHash(list)),
    before,
  });
}

const leftoverOf = (tracked: Tracked, context: EngineContext): Leftover => ({
  key: tracked.key,
  id: tracked.id,
  uid: tracked.applied?.uid,
  live: tracked.leftover,
  approved: tracked.approved,
  suspended: context.isSuspended(tracked),
});

/** Lets go of objects whose kind is gone from the cluster, and looks at those that no list can show. */
export async function forgetUnserved(application: Application, leftovers: readonly Tracked[], context: EngineContext): Promise<void> {
  const { discovery, signal } = context;
  const unseen = leftovers.filter(({ leftover }) => leftover.kind === "unseen");
  const resourceOf = ({ id: { group, kind }, version }: Tracked) => discovery.find(group, kind, version);
  if (unseen.length > 0) await discovery.ready(signal);
  // Only a complete look at everything that is served tells that a kind is gone.
  if (unseen.some((tracked) => !resourceOf(tracked))) await discovery.refresh(signal);
  for (const tracked of unseen) {
    const resource = resourceOf(tracked);
    if (!resource && discovery.isSilent(tracked.id.group)) continue;
    if (!resource) forget(application, tracked, context);
    // Lists select by label: what met somebody else's object of that name has not been in one.
    else if (!tracked.applied) {
      const { namespace, name } = tracked.id;
      const live = await application.access.kube.get({ resource, namespace, name }, signal);
      tracked.leftover = live ? leftoverLive(live) : { kind: "missing" };
    }
  }
}

/** The inventory lets go of what is not there, not ours, or wanted by others, who are told. */
export function letGo(application: Application, { letGo: all }: DeletionPlan, context: EngineContext): void {
  const moved: string[] = [];
  for (const { leftover, because } of all) {
    const tracked = application.objects.get(leftover.key);
    if (!tracked || tracked.wanted) continue;
    forget(application, tracked, context);
    if (because === "moved") moved.push(leftover.key);
  }
  if (moved.length > 0) tellOthers(application, moved, context);
}

export function forget(application: Application, { key }: Tracked, context: EngineContext): void {
  application.objects.delete(key);
  context.inventoryChanged(application);
}

/** A released deletion that is cut off goes on after a restart, when the list is not the same any more. */
export async function remember(application: Application, approved: readonly Leftover[], context: EngineContext): Promise<void> {
  application.toldHeld = undefined; // the same list may be held once more
  if (approved.length === 0) return;
  for (const { key } of approved) {
    const tracked = application.objects.get(key);
    if (tracked && !tracked.wanted) tracked.approved = true;
  }
  await context.inventories.save(application);
}

/** Says once, for each list, that it waits for a person. */
export function reportHeld(
  application: Application,
  because: HeldReason,
  list: readonly ObjectId[],
  { events }: EngineContext,
): PruneProgress {
  const hash = pruneListHash(list);
  const message = heldText(because);
  if (application.toldHeld !== hash)
    events.record({ kind: "PruneHeld", application: application.name, message: `list ${hash} of ${list.length} objects: ${message}` });
  application.toldHeld = hash;
  return { kind: "held", message, hash, list };
}

function heldText(because: HeldReason): string {
  switch (because.kind) {
    case "empty-bundle":
      return `the bundle is empty: ${because.objects} objects would be deleted`;
    case "mass-prune":
      return `${because.objects} of ${because.of} objects would be deleted at once`;
    case "confirm":
      return `a person has to confirm the deletion of ${because.objects.map(nameOf).join(", ")}`;
  }
}
