import type { Permission } from "../apply/sync-options.ts";
import { syncOptionsOf } from "../apply/sync-options.ts";
import { annotationOf, labelOf, resourceVersionOf, textOf, uidOf } from "../manifest-fields.ts";
import type { Manifest, ObjectId } from "../manifest.ts";
import { ownerLabel } from "../owner.ts";
import { member } from "@drover/kit";

/** An object that the inventory has, as it is now, with what its deletion depends on. */
export interface Leftover {
  readonly key: string;
  readonly id: ObjectId;
  /** The uid of the object we applied; undefined when a crash came between deciding to create it and the answer. */
  readonly uid: string | undefined;
  readonly live: LeftoverLive;
  /** A person has released its deletion. */
  readonly approved: boolean;
  /** Somebody in the cluster wants it to be left alone. */
  readonly suspended: boolean;
}

export type LeftoverLive =
  /** No list of its kind was read yet. */
  | { readonly kind: "unseen" }
  | { readonly kind: "missing" }
  | {
      readonly kind: "live";
      readonly uid: string;
      readonly resourceVersion: string;
      readonly owner: string | undefined;
      /** Those of its annotations that speak of deletion; most objects have none. */
      readonly annotations: Readonly<Record<string, string>> | undefined;
      readonly deleting: Deleting | undefined;
    };

export interface Deleting {
  /** The server's time, RFC 3339. */
  readonly since: string;
  /** What has to let go of it first. */
  readonly finalizers: readonly string[];
}

const deletionAnnotations = [
  "drover.dev/sync-options",
  "drover.dev/prune",
  "drover.dev/delete",
  "argocd.argoproj.io/sync-options",
  "helm.sh/resource-policy",
] as const;

export function leftoverLive(object: Manifest): LeftoverLive {
  const said = deletionAnnotations.flatMap((name) => {
    const value = annotationOf(object, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    kind: "live",
    uid: uidOf(object),
    resourceVersion: resourceVersionOf(object),
    owner: labelOf(object, ownerLabel),
    annotations: said.length === 0 ? undefined : Object.fromEntries(said),
    deleting: deletingOf(object),
  };
}

function deletingOf({ metadata }: Manifest): Deleting | undefined {
  const since = textOf(member(metadata, "deletionTimestamp"));
  if (since === "") return undefined;
  const finalizers = member(metadata, "finalizers");
  return { since, finalizers: Array.isArray(finalizers) ? finalizers.map(textOf) : [] };
}

/** Why an object is deleted: git does not have it any more, or its application goes. */
export type Purpose = "prune" | "removal";

export function permissionOf(
  { annotations = {} }: Extract<LeftoverLive, { kind: "live" }>,
  purpose: Purpose,
  policyOptions: readonly string[],
): Permission {
  const options = syncOptionsOf(policyOptions, annotations);
  return purpose === "prune" ? options.prune : options.delete;
}
