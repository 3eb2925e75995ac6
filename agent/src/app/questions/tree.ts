import { memberAt, parseJson } from "@drover/kit";
import type { TreeAnswer, TreeNode } from "@drover/proto/wire";
import { assess } from "../../domain/health/assess.ts";
import type { Assessment } from "../../domain/health/health.ts";
import { namespaceOf, textOf } from "../../domain/manifest-fields.ts";
import { groupOf, keyOf, type Manifest } from "../../domain/manifest.ts";
import { childrenSelector } from "../../domain/tree/children-selector.ts";
import { descendantKinds, type GroupKind } from "../../domain/tree/child-kinds.ts";
import { grow, type Grown } from "../../domain/tree/grow.ts";
import { driftOf, type Tracked } from "../engine/tracked.ts";
import { reportOf } from "../engine/application.ts";
import { type Asked, listed } from "./asked.ts";

/** More would not be looked at by a person, and would be listed at the cost of those who share the API server. */
const maxNodes = 2_000;
/** Where more workloads share a namespace, one list of the namespace is cheaper than one for each. */
const maxSelectors = 10;

/** The application's objects and what came of them. */
export async function treeAnswer(asked: Asked): Promise<TreeAnswer> {
  const { application, context } = asked;
  const tracked = [...application.objects.values()];
  const roots = tracked.slice(0, maxNodes);
  const { grown, truncated } = await descendants(asked, roots, maxNodes - roots.length);
  const { sync, health } = reportOf(application, context.clock.now());
  return {
    application: application.name,
    sync,
    health,
    nodes: [...roots.map(rootNode), ...grown.map(grownNode)],
    ...(truncated || roots.length < tracked.length ? { truncated: true } : {}),
  };
}

/** What controllers made of these, with their places: the roots have 0 to n-1. */
export async function descendants(
  asked: Asked,
  roots: readonly Tracked[],
  atMost: number,
): Promise<{ readonly grown: readonly Grown[]; readonly truncated: boolean }> {
  await asked.context.discovery.ready(asked.signal);
  const byNamespace = Map.groupBy(roots, ({ id }) => id.namespace);
  const found = await Promise.all([...byNamespace].map(([namespace, inIt]) => foundIn(asked, namespace, inIt)));
  return grow(roots.map(uidOfTracked), withClaimOwners(found.flat(), roots), atMost);
}

export const uidOfTracked = ({ applied, leftover }: Tracked): string | undefined =>
  leftover.kind === "live" ? leftover.uid : applied?.uid;

async function foundIn(asked: Asked, namespace: string | undefined, roots: readonly Tracked[]): Promise<readonly Manifest[]> {
  if (namespace === undefined) return []; // what is made of cluster-scoped objects could be anywhere
  const { discovery } = asked.context;
  const list = ({ group, kind }: GroupKind, labelSelector?: string): Promise<readonly Manifest[]> =>
    listed(asked, discovery.find(group, kind), labelSelector === undefined ? { namespace } : { namespace, labelSelector });
  const parents = roots.filter(({ id }) => descendantKinds([id]).length > 0);
  const selected = parents.map(({ id, wanted }) => ({ id, selector: childrenSelector(parseJson(wanted?.text ?? "null")) }));
  const [narrow, wide] = parents.length <= maxSelectors ? partition(selected, ({ selector }) => selector !== undefined) : [[], selected];
  const lists = [
    ...narrow.flatMap(({ id, selector }) => descendantKinds([id]).map((kind) => list(kind, selector))),
    ...descendantKinds(wide.map(({ id }) => id)).map((kind) => list(kind)),
  ];
  return (await Promise.all(lists)).flat();
}

function partition<T>(items: readonly T[], is: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(is), items.filter((item) => !is(item))];
}

/** A claim made from a StatefulSet's template belongs to it by name alone. */
function withClaimOwners(found: readonly Manifest[], roots: readonly Tracked[]): readonly Manifest[] {
  const sets = roots.filter(({ id }) => id.group === "apps" && id.kind === "StatefulSet");
  return found.map((object) => {
    if (object.kind !== "PersistentVolumeClaim" || object.metadata["ownerReferences"] !== undefined) return object;
    const set = sets.find(({ id }) => id.namespace === namespaceOf(object) && isClaimOf(object.metadata.name, id.name));
    const uid = set && uidOfTracked(set);
    return uid === undefined ? object : { ...object, metadata: { ...object.metadata, ownerReferences: [{ uid }] } };
  });
}

/** `TEMPLATE-SET-ORDINAL`. */
const isClaimOf = (claim: string, set: string): boolean => claim.replace(/-\d+$/, "").endsWith(`-${set}`) && /-\d+$/.test(claim);

function rootNode(tracked: Tracked): TreeNode {
  const { id, wanted, failure, assessment, createdAt } = tracked;
  const explained: Assessment = failure && assessment ? { ...assessment, ...failure } : (assessment ?? { health: "Unknown", ...failure });
  return {
    ...identityOf(id),
    sync: wanted && !failure && !driftOf(tracked) && tracked.applied?.desired === wanted.desired ? "Synced" : "OutOfSync",
    ...healthOf(explained),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function grownNode({ object, parent }: Grown): TreeNode {
  const createdAt = textOf(memberAt(object, "metadata", "creationTimestamp"));
  const id = { group: groupOf(object.apiVersion), kind: object.kind, namespace: namespaceOf(object), name: object.metadata.name };
  return { ...identityOf(id), parent, ...healthOf(assess(object)), ...(createdAt === "" ? {} : { createdAt }) };
}

const identityOf = ({ group, kind, namespace, name }: Tracked["id"]): Pick<TreeNode, "group" | "kind" | "namespace" | "name"> => ({
  group,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

const healthOf = ({ health, reason, message, container }: Assessment): Pick<TreeNode, "health" | "reason" | "message" | "container"> => ({
  health,
  ...(reason ? { reason } : {}),
  ...(message ? { message } : {}),
  ...(container === undefined ? {} : { container }),
});
