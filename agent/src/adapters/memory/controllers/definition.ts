import type { JsonObject } from "@drover/kit";
import type { ObjectRef } from "../../../app/kube.ts";
import { customResourceDefinitions, resourcesOf } from "../kinds.ts";
import { collectionOf } from "../store.ts";
import { conditionAt } from "./conditions.ts";
import type { Controller, ControllerDeps } from "./controller.ts";
import { conditionOf } from "./pods.ts";

/** Establishes CustomResourceDefinitions, after which their kinds are served; takes their objects along when they go. */
export function createDefinitionController({ store, api, clock }: ControllerDeps): Controller {
  const collection = collectionOf(customResourceDefinitions);
  return {
    keysOf: (change) => (change.collection === collection ? [change.object.metadata.name] : []),
    reconcile: (key) => {
      const ref: ObjectRef = { resource: customResourceDefinitions, namespace: undefined, name: key };
      const definition = store.get(collection, undefined, key);
      if (definition === undefined) {
        const [plural = "", ...group] = key.split(".");
        const orphans = collectionOf({ plural, group: group.join(".") });
        for (const object of store.list(orphans, undefined))
          store.remove(orphans, object.metadata["namespace"] as string | undefined, object.metadata.name);
        return undefined;
      }
      if (conditionOf(definition, "Established") !== undefined || resourcesOf(definition).length === 0) return undefined;
      const now = clock.now();
      const spec = definition["spec"] as JsonObject;
      const status = {
        acceptedNames: spec["names"] ?? {},
        storedVersions: [resourcesOf(definition)[0]?.version ?? ""],
        conditions: [
          conditionAt(definition, { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }, now),
          conditionAt(
            definition,
            { type: "Established", status: "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted" },
            now,
          ),
        ],
      };
      api.merge(ref, { status }, "kube-apiserver", "status");
      return undefined;
    },
  };
}
