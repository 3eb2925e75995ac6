import type { JsonObject } from "@drover/kit";
import { isOwn } from "../drift/projection.ts";
import type { People } from "../drift/judge.ts";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { fieldsBeyond, unionFields, withoutFields } from "./fields.ts";

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

const isFormer = (entry: ManagedFields, version: string, people: People): boolean =>
  entry["subresource"] === undefined &&
  entry["apiVersion"] === version && // fields of another version have other names
  (appliers.has(entry.manager) || (people === "evict" && entry.operation === "Update" && entry.manager.startsWith("kubectl")));

const formerOf = (live: Manifest, people: People): readonly ManagedFields[] =>
  managedFieldsOf(live).filter((entry) => isFormer(entry, live.apiVersion, people));

/** The object's managedFields with former owners' merged into ours, so that the next apply removes what git does not have. */
export function inheritFields(live: Manifest, fieldManager: string, people: People): readonly JsonObject[] | undefined {
  const former = formerOf(live, people);
  if (former.length === 0) return undefined;
  const entries = managedFieldsOf(live);
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const fieldsV1 = former.reduce<JsonObject>((merged, entry) => unionFields(merged, entry["fieldsV1"]), unionFields(own?.["fieldsV1"], {}));
  const heir = {
    ...(own ?? { manager: fieldManager, operation: "Apply", apiVersion: live.apiVersion, fieldsType: "FieldsV1" }),
    fieldsV1,
  };
  return [...entries.filter((entry) => entry !== own && !former.includes(entry)), heir];
}

/**
 * What the object would be without everything that only its former owners have: `answer` is what a dry run of our apply says.
 * Undefined when they have nothing beyond that.
 */
export function withoutFormerFields(answer: Manifest, people: People): Manifest | undefined {
  const former = formerOf(answer, people);
  const others = managedFieldsOf(answer).filter((entry) => !former.includes(entry) && entry["subresource"] === undefined);
  const union = (entries: readonly ManagedFields[]): JsonObject =>
    entries.reduce<JsonObject>((merged, entry) => unionFields(merged, entry["fieldsV1"]), {});
  const beyond = fieldsBeyond(union(former), union(others));
  return Object.keys(beyond).length === 0 ? undefined : (withoutFields(answer, beyond) as Manifest);
}
