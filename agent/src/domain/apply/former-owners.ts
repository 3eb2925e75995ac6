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
  /** Managers to whom git leaves what is theirs. */
  readonly kept: ReadonlySet<string>;
  /** What git leaves to others whoever they are: it stays as it is. */
  readonly left: Places;
}

const isFormer = (entry: ManagedFields, version: string, { people, kept }: Legacy): boolean =>
  entry["subresource"] === undefined &&
  entry["apiVersion"] === version && // fields of another version have other names
  !kept.has(entry.manager) &&
  (appliers.has(entry.manager) || (people === "evict" && entry.operation === "Update" && entry.manager.startsWith("kubectl")));

const formerOf = (live: Manifest, legacy: Legacy): readonly ManagedFields[] =>
  managedFieldsOf(live).filter((entry) => isFormer(entry, live.apiVersion, legacy));

const fieldsOf = (entry: ManagedFields | undefined): FieldsV1 => fieldsFrom(entry?.["fieldsV1"]);

/**
 * The object's managedFields with former owners' merged into ours, so that the next apply removes what git does not have. What is
 * left to others becomes nobody's, and stays.
 */
export function inheritFields(live: Manifest, fieldManager: string, legacy: Legacy): readonly JsonObject[] | undefined {
  const former = formerOf(live, legacy);
  if (former.length === 0) return undefined;
  const entries = managedFieldsOf(live);
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const inherited = splitFields(unionOf(former), live, bothPlaces(legacy.left, guarded)).outside;
  const heir = own ?? { manager: fieldManager, operation: "Apply", apiVersion: live.apiVersion, fieldsType: "FieldsV1" };
  const others = entries.filter((entry) => entry !== own && !former.includes(entry));
  return [...others, { ...heir, fieldsV1: mergeFields(fieldsOf(own), inherited) as Json }];
}

/**
 * What the object would be without everything that only its former owners have: `answer` is what a dry run of our apply says.
 * Undefined when they have nothing beyond that.
 */
export function withoutFormerFields(answer: Manifest, legacy: Legacy): Manifest | undefined {
  const former = formerOf(answer, legacy);
  const others = managedFieldsOf(answer).filter((entry) => !former.includes(entry) && entry["subresource"] === undefined);
  const beyond = splitFields(fieldsBeyond(unionOf(former), unionOf(others)), answer, bothPlaces(legacy.left, guarded)).outside;
  return isNothing(beyond) ? undefined : (withoutFields(answer, beyond) as Manifest);
}

const unionOf = (entries: readonly ManagedFields[]): FieldsV1 =>
  entries.reduce((merged, entry) => mergeFields(merged, fieldsOf(entry)), noFields);
