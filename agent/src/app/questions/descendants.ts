import { type DroverError, toDroverError } from "@drover/kit";
import { descendantKinds, type GroupKind } from "../../domain/tree/child-kinds.ts";
import { childrenSelector } from "../../domain/tree/children-selector.ts";
import { claimOwner } from "../../domain/tree/claim-owner.ts";
import { grow, type Grown } from "../../domain/tree/grow.ts";
import type { Manifest } from "../../domain/manifest.ts";
import { type Asked, listed } from "./asked.ts";
import type { Parent } from "./roots.ts";

/** Where more workloads share a namespace, one list of the namespace is cheaper than one for each. */
const maxSelectors = 10;

export interface Descendants {
  readonly grown: readonly Grown[];
  /** There are more than `atMost`. */
  readonly truncated: boolean;
  /** The first kind that the application's user may not list: those are left out. */
  readonly forbidden: DroverError | undefined;
}

/** What controllers made of these, with the places of their owners: `parents` have 0 to n-1. */
export async function descendants(asked: Asked, parents: readonly Parent[], atMost: number): Promise<Descendants> {
  await asked.context.discovery.ready(asked.signal);
  const byNamespace = Map.groupBy(parents, ({ id }) => id.namespace);
  const lists = await Promise.all(Array.from(byNamespace, ([namespace, inIt]) => foundIn(asked, namespace, inIt)));
  const found = lists.flat().flatMap((list) => ("forbidden" in list ? [] : list));
  const refused = lists.flat().find((list) => "forbidden" in list);
  const uids = parents.map(({ uid }) => uid);
  return { ...grow(uids, withClaimOwners(found, parents), atMost), forbidden: refused?.forbidden };
}

type Listed = readonly Manifest[] | { readonly forbidden: DroverError };

async function unlessForbidden(list: Promise<readonly Manifest[]>): Promise<Listed> {
  try {
    return await list;
  } catch (thrown) {
    const error = toDroverError(thrown);
    if (error.code !== "KUBE_FORBIDDEN") throw thrown;
    return { forbidden: error };
  }
}

async function foundIn(asked: Asked, namespace: string | undefined, all: readonly Parent[]): Promise<readonly Listed[]> {
  if (namespace === undefined) return []; // what is made of cluster-scoped objects could be anywhere
  const { discovery } = asked.context;
  const list = ({ group, kind }: GroupKind, labelSelector?: string): Promise<Listed> =>
    unlessForbidden(listed(asked, discovery.find(group, kind), labelSelector === undefined ? { namespace } : { namespace, labelSelector }));
  const parents = all
    .filter(({ id, uid }) => uid !== undefined && descendantKinds([id]).length > 0)
    .map(({ id, manifest }) => ({ id, selector: manifest && childrenSelector(manifest) }));
  const isFew = parents.length <= maxSelectors;
  const narrow = parents.filter(({ selector }) => isFew && selector !== undefined);
  const wide = parents.filter((parent) => !narrow.includes(parent));
  const lists = [
    ...narrow.flatMap(({ id, selector }) => descendantKinds([id]).map((kind) => list(kind, selector))),
    ...descendantKinds(wide.map(({ id }) => id)).map((kind) => list(kind)),
  ];
  return Promise.all(lists);
}

/** Claims of a StatefulSet, written as if they named it. */
function withClaimOwners(found: readonly Manifest[], parents: readonly Parent[]): readonly Manifest[] {
  return found.map((object) => {
    const owner = claimOwner(
      object,
      parents.map(({ id }) => id),
    );
    const uid = parents.find(({ id }) => id === owner)?.uid;
    return uid === undefined ? object : { ...object, metadata: { ...object.metadata, ownerReferences: [{ uid }] } };
  });
}
