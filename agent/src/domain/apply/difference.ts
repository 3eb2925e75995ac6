import { canonicalJson, isJsonObject } from "@drover/kit";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";

const ours = new Set([ownerLabel, applicationAnnotation]);
/** Written by the server on every write, whatever changed. */
const bookkeeping = new Set(["managedFields", "resourceVersion", "generation"]);

/**
 * Paths at which applying would change a live object, at most `limit`, leaving out our own marks: `after` is the answer to a
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
    .map(([key, value]) => [key, key === "labels" || key === "annotations" ? withoutOurs(value) : value] as const)
    .filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(metadata) };
}

function withoutOurs(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !ours.has(key));
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
