import { DroverError, toDroverError } from "@drover/kit";
import { meetObject } from "../../../domain/apply/meet.ts";
import { assess } from "../../../domain/health/assess.ts";
import { judge } from "../../../domain/drift/judge.ts";
import type { Applied } from "../../../domain/inventory.ts";
import { uidOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { createIfAbsent } from "./create-if-absent.ts";
import { correctEpisode } from "../drift/drift-episodes.ts";
import { isHandedOver, takeHandedOver } from "./hand-over.ts";
import { takeOver, takeOverUnchanged } from "./take-over.ts";
import type { Tracked } from "../tracked.ts";
import { writeObject } from "./write-object.ts";
import { type Writing, writingOnto } from "./writing.ts";

/** A controller that writes the object's status in between makes us look again; one that never stops, wait. */
const maxLooks = 3;

/** Writes an object that is not known to be ours: makes it if it is not there, otherwise looks first who has the name. */
export async function meet(tracked: Tracked, object: Writing, context: EngineContext): Promise<KubeObject> {
  if (tracked.live.kind === "missing") {
    context.terminating.check(object.ref.namespace);
    const created = await createIfAbsent(object, context);
    if (created) return created;
  }
  for (let look = 1; ; look += 1) {
    try {
      return await lookAndWrite(tracked, object, context);
    } catch (thrown) {
      if (toDroverError(thrown).code !== "KUBE_STALE" || look === maxLooks) throw thrown;
    }
  }
}

async function lookAndWrite(tracked: Tracked, wanted: Writing, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, owner, fieldManager, policy } = wanted;
  const live = await kube.get(ref, context.signal);
  // It went away meanwhile. Should somebody be faster again, nothing of theirs is taken without force.
  if (!live) return kube.apply(ref, wanted.manifest, { fieldManager, force: false }, context.signal);
  const object = writingOnto(wanted, live);
  if (tracked.applied?.uid === uidOf(live)) {
    noteEdit(tracked, tracked.applied, live, object); // only its label was taken off
    return writeObject(object, uidOf(live), context);
  }
  if (isHandedOver(live, tracked.key, object, context)) return takeHandedOver(object, live, context);
  const meeting = meetObject(live, { owner, fieldManager, policy: policy.whenToTakeOver });
  if (meeting.kind !== "ours") foreign(tracked, live);
  switch (meeting.kind) {
    case "ours":
      return writeObject(object, uidOf(live), context);
    case "take":
      return takeOver(object, live, context);
    case "compare":
      return takeOverUnchanged(object, live, context);
    case "terminating":
      throw new DroverError("wrong-state", "OBJECT_TERMINATING", "it is being deleted and comes back once its finalizers let it go");
    case "conflict":
      throw new DroverError("wrong-state", "OBJECT_CONFLICT", meeting.message);
  }
}

/** Theirs until it is taken: its health is what people want to know meanwhile, and the next attempt need not try to create it. */
function foreign(tracked: Tracked, live: KubeObject): void {
  tracked.assessment = assess(live);
  if (!tracked.applied) tracked.live = { kind: "foreign" };
}

function noteEdit(tracked: Tracked, applied: Applied, live: KubeObject, { fieldManager, ignore, policy }: Writing): void {
  const judgement = judge(applied, live, { fieldManager, ignore, people: policy.drift.people, wanted: tracked.wanted?.text });
  if (judgement.kind === "drift") correctEpisode(tracked, judgement.drift);
}
