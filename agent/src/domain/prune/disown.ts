import { isJsonObject, type JsonObject } from "@drover/kit";
import { isBeingDeleted, labelOf, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";

/** Field managers of agents, of whatever project. */
export const isAgentsManager = (manager: string): boolean => manager.startsWith("drover/");

/**
 * The object as it is without its owner: no label, no annotation and no field of it is ours, so that whoever comes next meets
 * no conflict. Undefined when there is nothing to give up.
 */
export function disowned(live: Manifest, owner: string): Manifest | undefined {
  if (labelOf(live, ownerLabel) !== owner || isBeingDeleted(live)) return undefined;
  const { metadata } = live;
  const managedFields = managedFieldsOf(live).filter(({ manager }) => !isAgentsManager(manager));
  return {
    ...live,
    metadata: {
      ...metadata,
      labels: without(metadata["labels"], ownerLabel),
      annotations: without(metadata["annotations"], applicationAnnotation),
      // The server takes an empty list for a client that knows nothing of them, and keeps them.
      managedFields: managedFields.length === 0 ? [{}] : managedFields,
    },
  };
}

const without = (texts: unknown, name: string): JsonObject =>
  Object.fromEntries(Object.entries(isJsonObject(texts) ? texts : {}).filter(([key]) => key !== name));
