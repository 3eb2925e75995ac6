import type { TreeAnswer, TreeNode } from "@drover/proto/wire";
import { assess } from "../../domain/health/assess.ts";
import type { Assessment } from "../../domain/health/health.ts";
import type { UserRules } from "../../domain/health/user-rules.ts";
import { namespaceOf, textOf } from "../../domain/manifest-fields.ts";
import { groupOf } from "../../domain/manifest.ts";
import { cut } from "../../domain/status/cut.ts";
import type { Grown } from "../../domain/tree/grow.ts";
import { reportOf } from "../engine/application.ts";
import { driftOf, type Tracked } from "../engine/tracked.ts";
import { type Asked, rootsOf, textLimits } from "./asked.ts";
import { descendants } from "./descendants.ts";
import { parentOfTracked } from "./in-tree.ts";

/** More would not be looked at by a person, and would be listed at the cost of those who share the API server. */
const maxNodes = 2_000;

/** The application's objects and what came of them. */
export async function treeAnswer(asked: Asked): Promise<TreeAnswer> {
  const { application, context } = asked;
  const tracked = rootsOf(application);
  const roots = tracked.slice(0, maxNodes);
  const { grown, truncated } = await descendants(asked, roots.map(parentOfTracked), maxNodes - roots.length);
  const { sync, health } = reportOf(application, context.clock.now());
  return {
    application: application.name,
    sync,
    health,
    nodes: [...roots.map(rootNode), ...grown.map((one) => grownNode(one, application.userRules))],
    ...(truncated || roots.length < tracked.length ? { truncated: true } : {}),
  };
}

function rootNode(tracked: Tracked): TreeNode {
  const { id, wanted, applied, failure, assessment, createdAt } = tracked;
  const isSynced = wanted && !failure && !driftOf(tracked) && applied?.desired === wanted.desired;
  return {
    ...identityOf(id),
    sync: isSynced ? "Synced" : "OutOfSync",
    ...healthOf({ ...(assessment ?? { health: "Unknown" }), ...failure }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function grownNode({ object, parent }: Grown, rules: UserRules): TreeNode {
  const createdAt = textOf(object.metadata["creationTimestamp"]);
  const id = { group: groupOf(object.apiVersion), kind: object.kind, namespace: namespaceOf(object), name: object.metadata.name };
  return { ...identityOf(id), parent, ...healthOf(assess(object, rules)), ...(createdAt === "" ? {} : { createdAt }) };
}

export const identityOf = ({ group, kind, namespace, name }: Tracked["id"]): Pick<TreeNode, "group" | "kind" | "namespace" | "name"> => ({
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
