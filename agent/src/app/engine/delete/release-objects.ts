import { toDroverError } from "@drover/kit";
import { ownerOf } from "../../../domain/owner.ts";
import { nameOf } from "../../../domain/manifest.ts";
import { uidOf } from "../../../domain/manifest-fields.ts";
import { disowned, releasedManager } from "../../../domain/prune/disown.ts";
import type { PruneProgress } from "../../../domain/status/application-status.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { holdObject } from "../schedule/hold-object.ts";
import { othersOf, tellOthers } from "./other-applications.ts";
import type { Tracked } from "../tracked.ts";

/** Makes objects nobody's: they stay as they are, without our label and without us among the managers of their fields. */
export async function releaseObjects(
  application: Application,
  keys: readonly string[],
  isOn: () => boolean,
  context: EngineContext,
): Promise<PruneProgress> {
  const { want } = othersOf(application, context);
  const all = keys.flatMap((key) => application.objects.get(key) ?? []);
  const outcomes = await Promise.all(
    all.map((tracked) =>
      holdObject(application, tracked, "normal", context, async () => {
        if (!isOn()) return false;
        try {
          // What another application waits for is taken from us with our label; what is suspended is not written at all.
          if (!want(tracked.key) && !context.isSuspended(tracked)) await release(application, tracked, context);
          application.objects.delete(tracked.key);
          return true;
        } catch (thrown) {
          tracked.failure = failureOf(thrown);
          return false;
        }
      }),
    ),
  );
  tellOthers(application, keys, context);
  const left = outcomes.filter((isReleased) => !isReleased).length;
  if (left < all.length) context.inventoryChanged(application);
  return left === 0 ? { kind: "done" } : { kind: "leaving", objects: left, failed: true };
}

/** Somebody may write the object between our look and our write: then we look again. */
const looks = 5;

async function release({ name, access }: Application, { id, version, applied }: Tracked, context: EngineContext): Promise<void> {
  const { discovery, signal, clusterId } = context;
  const resource = discovery.find(id.group, id.kind, version);
  if (!resource) return discovery.assertAnswered(id.group, `let go of ${nameOf(id)}`);
  const ref = { resource, namespace: id.namespace, name: id.name };
  for (let look = 1; ; look += 1) {
    const live = await access.kube.get(ref, signal);
    const free = live && (!applied || applied.uid === uidOf(live)) ? disowned(live, ownerOf(name, clusterId)) : undefined;
    if (!free) return;
    try {
      await access.kube.replace(ref, free, signal, { fieldManager: releasedManager });
      return;
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code === "KUBE_NOT_FOUND") return;
      if (code !== "KUBE_STALE" || look >= looks) throw thrown;
    }
  }
}
