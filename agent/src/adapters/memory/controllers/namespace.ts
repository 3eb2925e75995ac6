import { namespaces } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { finalizersOf, isDying } from "../validation.ts";
import { timestamp } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";

/** Empties a namespace that is being deleted, waits for what has finalizers, and then lets it go. */
export function createNamespaceController({ store, clock }: ControllerDeps): Controller {
  const collection = collectionOf(namespaces);
  return {
    keysOf: (change) => {
      if (change.collection === collection) return [change.object.metadata.name];
      const namespace = change.type === "DELETED" ? change.object.metadata["namespace"] : undefined;
      return typeof namespace === "string" ? [namespace] : [];
    },
    reconcile: (key) => {
      const namespace = store.get(collection, undefined, key);
      if (namespace === undefined || !isDying(namespace)) return undefined;
      let left = 0;
      const objects = [...store.all()]; // read before the loop removes some
      for (const [kind, object] of objects) {
        if (object.metadata["namespace"] !== key) continue;
        if (finalizersOf(object).length === 0) store.remove(kind, key, object.metadata.name);
        else {
          left += 1;
          if (!isDying(object)) store.put(kind, { ...object, metadata: { ...object.metadata, deletionTimestamp: timestamp(clock.now()) } });
        }
      }
      if (left === 0 && finalizersOf(namespace).length === 0) store.remove(collection, undefined, key);
      return undefined;
    },
  };
}
