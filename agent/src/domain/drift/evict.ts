import type { Json, JsonObject } from "@drover/kit";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { type FieldsV1, fieldsFrom, isNothing, mergeFields, noFields, splitFields } from "./field-set.ts";
import { guarded } from "./guarded.ts";
import { bothPlaces, nowhere, type Places } from "./places.ts";
import { isOwn } from "./projection.ts";
import { replicas } from "./scaled.ts";

const unknownPast = "before-first-apply";

/**
 * People's tools. Controllers are never among them: they own fields of objects we apply by right, such as an autoscaler
 * the replicas. `before-first-apply` holds what was there when managedFields were cleared.
 */
const isPerson = ({ manager, operation, ...rest }: ManagedFields): boolean =>
  operation === "Update" && rest["subresource"] === undefined && (manager.startsWith("kubectl") || manager === unknownPast);

const isPersonIn = ({ apiVersion }: Manifest, entry: ManagedFields): boolean =>
  isPerson(entry) && (entry["apiVersion"] ?? apiVersion) === apiVersion;

/** Nobody's number of replicas becomes 1: what git leaves out is whoever's set it, such as an autoscaler's. */
const neverTaken = bothPlaces(guarded, replicas);

interface Addition {
  readonly manager: string;
  readonly fields: FieldsV1;
}

/** What people hold of an object besides what is left to others. Fields of another version have other names. */
export const additionsOf = (object: Manifest, ignored: Places): readonly Addition[] =>
  managedFieldsOf(object)
    .filter((entry) => isPersonIn(object, entry))
    .map((entry) => ({
      manager: entry.manager,
      fields: splitFields(fieldsFrom(entry["fieldsV1"]), object, bothPlaces(ignored, neverTaken)).outside,
    }))
    .filter(({ fields }) => !isNothing(fields));

/**
 * The object's managedFields with people's entries merged into ours. Server-side apply does not see what others added; once
 * these fields count as ours, the next apply removes those that git does not have. Undefined when there is nothing to evict.
 */
export function evictPeople(object: Manifest, fieldManager: string, ignored: Places = nowhere): readonly JsonObject[] | undefined {
  const additions = additionsOf(object, ignored);
  if (additions.length === 0) return undefined;
  const entries = managedFieldsOf(object);
  const own = entries.find((entry) => isOwn(entry, fieldManager)) ?? newEntry(object, fieldManager);
  const fields = additions.reduce((merged, addition) => mergeFields(merged, addition.fields), fieldsFrom(own["fieldsV1"]));
  const others = entries
    .filter((entry) => entry !== own)
    .flatMap((entry) => (isPersonIn(object, entry) ? onlyIgnored(entry, object, ignored) : [entry]));
  return [...others, withFields(own, fields)];
}

function onlyIgnored(entry: ManagedFields, object: Manifest, ignored: Places): readonly JsonObject[] {
  const { inside } = splitFields(fieldsFrom(entry["fieldsV1"]), object, bothPlaces(ignored, neverTaken));
  // What is nobody's stays as it is, as what is somebody's does.
  return isNothing(inside) || entry.manager === unknownPast ? [] : [withFields(entry, inside)];
}

/** Without the entry that the server makes of everything there is when somebody has cleared the list: what is in it is nobody's then. */
export const withoutUnknownPast = (object: Manifest): readonly JsonObject[] =>
  managedFieldsOf(object).filter(({ manager }) => manager !== unknownPast);

/** The object's managedFields without our hold on these places: what is there stays, whoever owned it. Undefined when we hold nothing there. */
export function letGoOf(object: Manifest, fieldManager: string, places: Places): readonly JsonObject[] | undefined {
  const entries = managedFieldsOf(object);
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  if (!own) return undefined;
  const { inside, outside } = splitFields(fieldsFrom(own["fieldsV1"]), object, places);
  return isNothing(inside) ? undefined : entries.map((entry) => (entry === own ? withFields(own, outside) : entry));
}

const newEntry = ({ apiVersion }: Manifest, manager: string): ManagedFields => ({
  manager,
  operation: "Apply",
  apiVersion,
  fieldsType: "FieldsV1",
  fieldsV1: noFields as Json,
});

const withFields = (entry: ManagedFields, fields: FieldsV1): JsonObject => ({ ...entry, fieldsV1: fields as Json });
