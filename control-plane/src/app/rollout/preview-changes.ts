import type { ClusterId, JsonObject } from "@drover/kit";
import { DroverError } from "@drover/kit";
import type { PreviewChange } from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { Content } from "../../domain/placement/content.ts";
import { compareObjects, type ObjectChanges } from "../../domain/release/compare-objects.ts";

/** What a cluster has now, because of whatever environment. */
export interface CurrentContent {
  readonly revision: string;
  readonly bundle: Digest;
  readonly contentDigest: Digest;
}

export interface Step {
  readonly clusterId: ClusterId;
  readonly from: CurrentContent | undefined;
  readonly to: Content;
}

export interface GroupedChanges {
  readonly changes: readonly PreviewChange[];
  readonly changeOf: ReadonlyMap<ClusterId, string>;
}

/** Pairs of bundles that are compared object by object; more would take long, and nobody would read them. */
const maxCompared = 50;
const maxNames = 10;

/** Groups what changes by the pair of contents, the largest group first. */
export async function groupChanges(
  steps: readonly Step[],
  objectsOf: (bundle: Digest) => Promise<readonly JsonObject[]>,
): Promise<GroupedChanges> {
  const moving = steps.filter(({ from, to }) => from?.contentDigest !== to.digest);
  const groups = [
    ...Map.groupBy(moving, ({ from, to }) => `${from?.contentDigest} ${from?.revision} ${to.digest} ${to.revision}`).values(),
  ];
  const sorted = groups.toSorted((a, b) => b.length - a.length);
  const changes: PreviewChange[] = [];
  const changeOf = new Map<ClusterId, string>();
  for (const [index, group] of sorted.entries()) {
    const [first] = group;
    if (first === undefined) continue;
    const id = `c${index + 1}`;
    for (const { clusterId } of group) changeOf.set(clusterId, id);
    const objects = index < maxCompared ? await compare(first, objectsOf) : undefined;
    changes.push(shown(id, group.length, first, objects));
  }
  return { changes, changeOf };
}

/** Undefined where the old bundle is no longer kept. */
async function compare(
  { from, to }: Step,
  objectsOf: (bundle: Digest) => Promise<readonly JsonObject[]>,
): Promise<ObjectChanges | undefined> {
  if (from?.bundle === to.bundle) return { added: [], changed: [], removed: [] };
  try {
    return compareObjects(from === undefined ? [] : await objectsOf(from.bundle), await objectsOf(to.bundle));
  } catch (error) {
    if (error instanceof DroverError && error.kind === "not-found") return undefined;
    throw error;
  }
}

function shown(id: string, clusters: number, { from, to }: Step, objects: ObjectChanges | undefined): PreviewChange {
  return {
    id,
    clusters,
    ...(from === undefined ? {} : { from: { revision: from.revision, bundle: from.bundle } }),
    to: { revision: to.revision, bundle: to.bundle },
    ...(objects === undefined ? {} : { added: named(objects.added), changed: named(objects.changed), removed: named(objects.removed) }),
    message: `${clusters} cluster${clusters === 1 ? "" : "s"}: ${from === undefined ? "new there; " : ""}${words(objects)}`,
  };
}

const named = (names: readonly string[]): NonNullable<PreviewChange["added"]> => ({ count: names.length, names: names.slice(0, maxNames) });

function words(objects: ObjectChanges | undefined): string {
  if (objects === undefined) return "not compared object by object";
  const parts = (["added", "changed", "removed"] as const).flatMap((what) => {
    const [name, ...more] = objects[what];
    return name === undefined ? [] : [more.length === 0 ? `${name} ${what}` : `${more.length + 1} objects ${what} (${name}, …)`];
  });
  return parts.length === 0 ? "settings of its sync change, no object does" : parts.join(", ");
}
