import { isJsonObject, type JsonObject } from "@drover/kit";
import { annotationOf, isBeingDeleted, labelOf, type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";

/** For people who find the object: the application that left it behind. */
const releasedAnnotation = "drover.dev/released-from";
/** As whom the object is written this one time. */
export const releasedManager = "drover-released";

/** Field managers of agents, of whatever project. */
export const isAgentsManager = (manager: string): boolean => manager.startsWith("drover/");

/**
 * The object as it is without its owner: no label, and no field of it is ours, so that whoever comes next meets no conflict.
 * Undefined when there is nothing to give up.
 */
export function disowned(live: Manifest, owner: string): Manifest | undefined {
  if (labelOf(live, ownerLabel) !== owner || isBeingDeleted(live)) return undefined;
  const { metadata } = live;
  const others = managedFieldsOf(live).filter(({ manager }) => !isAgentsManager(manager) && manager !== releasedManager);
  const application = annotationOf(live, applicationAnnotation) ?? owner;
  return {
    ...live,
    metadata: {
      ...metadata,
      labels: without(metadata["labels"], ownerLabel),
      annotations: { ...without(metadata["annotations"], applicationAnnotation), [releasedAnnotation]: application },
      managedFields: [...others, ownerOfAnnotation(live)],
    },
  };
}

/** Without any manager the server would count every field as one of "before-first-apply", whom the next to apply would be in conflict with. */
const ownerOfAnnotation = ({ apiVersion }: Manifest): ManagedFields => ({
  manager: releasedManager,
  operation: "Update",
  apiVersion,
  fieldsType: "FieldsV1",
  fieldsV1: { "f:metadata": { "f:annotations": { [`f:${releasedAnnotation}`]: {} } } },
});

const without = (texts: unknown, name: string): JsonObject =>
  Object.fromEntries(Object.entries(isJsonObject(texts) ? texts : {}).filter(([key]) => key !== name));
