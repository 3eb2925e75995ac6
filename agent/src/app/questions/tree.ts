import type { TreeAnswer, TreeNode } from "@drover/proto/wire";
import { assess } from "../../domain/health/assess.ts";
import type { Assessment } from "../../domain/health/health.ts";
import type { UserRules } from "../../domain/health/user-rules.ts";
import { namespaceOf, textOf } from "../../domain/manifest-fields.ts";
import { groupOf, type ObjectId } from "../../domain/manifest.ts";
import { cut } from "../../domain/status/cut.ts";
import type { Grown } from "../../domain/tree/grow.ts";
import { reportOf } from "../engine/application.ts";
import { driftOf } from "../engine/tracked.ts";
import { type Asked, textLimits } from "./asked.ts";
import { descendants } from "./descendants.ts";
import { type Root, rootsOf } from "./roots.ts";

/** More would not be looked at by a person, and would be listed at the cost of those who share the API server. */
const maxNodes = 2_000;

/** The application's objects and what came of them. */
export async function treeAnswer(asked: Asked): Promise<TreeAnswer> {
  const { application, context } = asked;
  const all = rootsOf(application);
  const roots = all.slice(0, maxNodes);
  const { grown, truncated, forbidden } = await descendants(asked, roots, maxNodes - roots.length);
  const { sync, health } = reportOf(application, context.clock.now());
  return {
    application: application.name,
    sync,
    health,
    nodes: [...roots.map(rootNode), ...grown.map((one) => grownNode(one, application.userRules))],
    ...(truncated || forbidden || roots.length < all.length ? { truncated: true } : {}),
  };
}

/** A hook's object has run or not; it is never out of sync. */
function rootNode({ id, tracked, assessment = { health: "Unknown" } }: Root): TreeNode {
  if (!tracked) return { ...identityOf(id), ...healthOf(assessment) };
  const { wanted, applied, failure = tracked.unwatched, createdAt } = tracked;
  const isSynced = wanted && !failure && !driftOf(tracked) && applied?.desired === wanted.desired;
  return {
    ...identityOf(id),
    sync: isSynced ? "Synced" : "OutOfSync",
    ...healthOf({ ...assessment, ...failure }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function grownNode({ object, parent }: Grown, rules: UserRules): TreeNode {
  const createdAt = textOf(object.metadata["creationTimestamp"]);
  const id = { group: groupOf(object.apiVersion), kind: object.kind, namespace: namespaceOf(object), name: object.metadata.name };
  return { ...identityOf(id), parent, ...healthOf(assess(object, rules)), ...(createdAt === "" ? {} : { createdAt }) };
}

export const identityOf = ({ group, kind, namespace, name }: ObjectId): Pick<TreeNode, "group" | "kind" | "namespace" | "name"> => ({
  group,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

const healthOf = ({ health, reason, message, container }: Assessment): Pick<TreeNode, "health" | "reason" | "message" | "container"> => ({
  health,
  ...(reason ? { reason: cut(reason, textLimits.reason) } : {}),
  ...(message ? { message: cut(message, textLimits.message) } : {}),
  ...(container === undefined ? {} : { container }),
});
