import type { Json, JsonObject } from "@drover/kit";
import { type FieldsV1, fieldsFrom, isNothing, mergeFields, noFields, splitFields } from "../drift/field-set.ts";
import { guarded } from "../drift/guarded.ts";
import type { People } from "../drift/judge.ts";
import { bothPlaces, type Places } from "../drift/places.ts";
import { isOwn } from "../drift/projection.ts";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { fieldsBeyond, withoutFields } from "./fields.ts";

/**
 * Tools that bring whole manifests into a cluster. Once an object is ours, what they set and git does not have is nobody's intention
 * any more; left theirs, it could never be removed. Controllers are never among them.
 */
const appliers: ReadonlySet<string> = new Set([
  "kubectl",
  "kubectl-client-side-apply",
  "kubectl-create",
  "kubectl-replace",
  "before-first-apply",
  "helm",
  "argocd-controller",
  "argocd-application-controller",
  "kustomize-controller",
  "helm-controller",
  "fleetagent",
]);

/** What is inherited of an object, and what is not. */
export interface Legacy {
  readonly people: People;
  /** What git leaves to others; there everything stays whose it is. */
  readonly left: Places;
}

const isFormer = (entry: ManagedFields, version: string, people: People): boolean =>
  entry["subresource"] === undefined &&
  entry["apiVersion"] === version && // fields of another version have other names
  (appliers.has(entry.manager) || (people === "evict" && entry.operation === "Update" && entry.manager.startsWith("kubectl")));

const formerOf = (live: Manifest, people: People): readonly ManagedFields[] =>
  managedFieldsOf(live).filter((entry) => isFormer(entry, live.apiVersion, people));

const fieldsOf = (entry: ManagedFields | undefined): FieldsV1 => fieldsFrom(entry?.["fieldsV1"]);

/** The object's managedFields with former owners' merged into ours, so that the next apply removes what git does not have. */
export function inheritFields(live: Manifest, fieldManager: string, { people, left }: Legacy): readonly JsonObject[] | undefined {
  const former = formerOf(live, people);
  const spared = bothPlaces(left, guarded);
  const parts = new Map(former.map((entry) => [entry, splitFields(fieldsOf(entry), live, spared)]));
  if ([...parts.values()].every(({ outside }) => isNothing(outside))) return undefined;
  const entries = managedFieldsOf(live);
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const fields = [...parts.values()].reduce((merged, { outside }) => mergeFields(merged, outside), fieldsOf(own));
  const heir = own ?? { manager: fieldManager, operation: "Apply", apiVersion: live.apiVersion, fieldsType: "FieldsV1" };
  const others = entries
    .filter((entry) => entry !== own)
    .flatMap((entry): readonly JsonObject[] => {
      const { inside } = parts.get(entry) ?? {};
      if (!inside) return [entry];
      return isNothing(inside) ? [] : [{ ...entry, fieldsV1: inside as Json }];
    });
  return [...others, { ...heir, fieldsV1: fields as Json }];
}

/**
 * What the object would be without everything that only its former owners have: `answer` is what a dry run of our apply says.
 * Undefined when they have nothing beyond that.
 */
export function withoutFormerFields(answer: Manifest, { people, left }: Legacy): Manifest | undefined {
  const former = formerOf(answer, people);
  const others = managedFieldsOf(answer).filter((entry) => !former.includes(entry) && entry["subresource"] === undefined);
  const union = (entries: readonly ManagedFields[]): FieldsV1 =>
    entries.reduce((merged, entry) => mergeFields(merged, fieldsOf(entry)), noFields);
  const beyond = splitFields(fieldsBeyond(union(former), union(others)), answer, bothPlaces(left, guarded)).outside;
  return isNothing(beyond) ? undefined : (withoutFields(answer, beyond) as Manifest);
}
