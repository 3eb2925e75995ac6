import { member } from "@drover/kit";
import { finalizersOf, isDying } from "../validation.ts";
import { timestamp } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import { ownersOf } from "./pods.ts";

/** Deletes, in the background, the objects all of whose owners are gone. A key is the uid of an owner that went. */
export function createGarbageCollector({ store, clock }: ControllerDeps): Controller {
  return {
    keysOf: ({ type, object }) => (type === "DELETED" ? [String(object.metadata["uid"])] : []),
    reconcile: (uid) => {
      const objects = [...store.all()];
      const living = new Set(objects.map(([, object]) => object.metadata["uid"]));
      for (const [collection, object] of objects) {
        const owners = ownersOf(object).map((owner) => member(owner, "uid"));
        if (!owners.includes(uid) || owners.some((owner) => living.has(owner)) || isDying(object)) continue;
        if (finalizersOf(object).length === 0)
          store.remove(collection, object.metadata["namespace"] as string | undefined, object.metadata.name);
        else store.put(collection, { ...object, metadata: { ...object.metadata, deletionTimestamp: timestamp(clock.now()) } });
      }
      return undefined;
    },
  };
}
