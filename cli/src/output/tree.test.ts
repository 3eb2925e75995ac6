import type { TreeNode } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { formatTree } from "./tree.ts";

const node = (kind: string, name: string, over: Partial<TreeNode> = {}): TreeNode => ({
  group: "",
  kind,
  namespace: "shop",
  name,
  health: "Healthy",
  ...over,
});

test("what came of an object stands below it", () => {
  const nodes = [
    node("Deployment", "web", { sync: "OutOfSync", health: "Degraded" }),
    node("ConfigMap", "settings", { sync: "Synced" }),
    node("ReplicaSet", "web-1", { parent: 0 }),
    node("Pod", "web-1-a", { parent: 2, health: "Degraded", reason: "CrashLoopBackOff", container: "main" }),
    node("ReplicaSet", "web-2", { parent: 0 }),
    node("Pod", "web-2-a", { parent: 4 }),
  ];
  expect(formatTree({ application: "web", sync: "OutOfSync", health: "Degraded", nodes }, false)).toBe(
    [
      "Deployment shop/web Degraded OutOfSync",
      "├─ ReplicaSet shop/web-1 Healthy",
      "│  └─ Pod shop/web-1-a Degraded (CrashLoopBackOff: container main)",
      "└─ ReplicaSet shop/web-2 Healthy",
      "   └─ Pod shop/web-2-a Healthy",
      "ConfigMap shop/settings Healthy",
      "",
    ].join("\n"),
  );
});
