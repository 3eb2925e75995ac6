import { canonicalJson, isJsonObject } from "@drover/kit";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";

/**
 * By what we and other tools mark objects as theirs. An object that differs in nothing else runs as git says; once it is ours, their
 * marks go.
 */
const marks = new Set([
  ownerLabel,
  applicationAnnotation,
  "kubectl.kubernetes.io/last-applied-configuration",
  "meta.helm.sh/release-name",
  "meta.helm.sh/release-namespace",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/instance",
  "argocd.argoproj.io/tracking-id",
  "argocd.argoproj.io/instance",
  "kustomize.toolkit.fluxcd.io/name",
  "kustomize.toolkit.fluxcd.io/namespace",
  "helm.toolkit.fluxcd.io/name",
  "helm.toolkit.fluxcd.io/namespace",
]);
/** Written by the server on every write, whatever changed. */
const bookkeeping = new Set(["managedFields", "resourceVersion", "generation"]);

/**
 * Paths at which applying would change a live object, at most `limit`, leaving out marks: `after` is the answer to a
 * dry run. Nothing else may differ for an object to be taken over unasked.
 */
export function differences(before: Manifest, after: Manifest, limit: number): readonly string[] {
  const paths: string[] = [];
  collect(withoutBookkeeping(before), withoutBookkeeping(after), "", paths, limit);
  return paths;
}

function withoutBookkeeping(object: Manifest): unknown {
  const metadata = Object.entries(object.metadata)
    .filter(([key]) => !bookkeeping.has(key))
    .map(([key, value]) => [key, key === "labels" || key === "annotations" ? withoutMarks(value) : value] as const)
    .filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(metadata) };
}

function withoutMarks(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !marks.has(key));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function collect(before: unknown, after: unknown, path: string, into: string[], limit: number): void {
  if (into.length >= limit) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      collect(before[key], after[key], `${path}.${key}`, into, limit);
    return;
  }
  if (canonicalJson(before) !== canonicalJson(after)) into.push(path === "" ? "." : path);
}
