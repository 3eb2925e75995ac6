import type { TreeNode } from "./answers.ts";
import { expect, test } from "vitest";
import { keyOf, moveIn, objectNameOf, rowsOf } from "./tree-rows.ts";

const node = (kind: string, name: string, parent?: number): TreeNode =>
  ({
    group: kind === "Pod" ? "" : "apps",
    kind,
    namespace: "shop",
    name,
    ...(parent === undefined ? {} : { parent }),
  }) as never as TreeNode;
const nodes = [
  node("Deployment", "web"),
  node("ReplicaSet", "web-1", 0),
  node("Pod", "web-1-a", 1),
  node("Pod", "web-1-b", 1),
  node("Job", "once"),
];
const deployment = "apps/Deployment/shop/web";
const replicaSet = "apps/ReplicaSet/shop/web-1";

test("owners stand before what they own, each at its level and place", () =>
  expect(rowsOf(nodes, new Set()).map(({ key, level, isOpen, place, siblings }) => [key, level, isOpen, place, siblings])).toEqual([
    [deployment, 1, true, 1, 2],
    [replicaSet, 2, true, 1, 1],
    ["core/Pod/shop/web-1-a", 3, undefined, 1, 2],
    ["core/Pod/shop/web-1-b", 3, undefined, 2, 2],
    ["apps/Job/shop/once", 1, undefined, 2, 2],
  ]));

test("nothing shows below what is closed", () =>
  expect(rowsOf(nodes, new Set([deployment])).map(({ key }) => key)).toEqual([deployment, "apps/Job/shop/once"]));

test("a key names an object and can be read again", () => {
  expect(objectNameOf(keyOf({ group: "", kind: "Namespace", name: "shop" }))).toEqual({
    group: "core",
    kind: "Namespace",
    namespace: "-",
    name: "shop",
  });
  expect(objectNameOf("apps/Deployment/web")).toBeUndefined();
});

test.each([
  { pressed: "ArrowDown", from: deployment, want: { kind: "focus", key: replicaSet } },
  { pressed: "ArrowUp", from: deployment, want: undefined },
  { pressed: "End", from: deployment, want: { kind: "focus", key: "apps/Job/shop/once" } },
  { pressed: "ArrowRight", from: deployment, want: { kind: "focus", key: replicaSet } },
  { pressed: "ArrowLeft", from: deployment, want: { kind: "toggle", key: deployment } },
  { pressed: "ArrowLeft", from: "core/Pod/shop/web-1-a", want: { kind: "focus", key: replicaSet } },
  { pressed: "ArrowRight", from: "core/Pod/shop/web-1-a", want: undefined },
  { pressed: "x", from: deployment, want: undefined },
])("$pressed on $from", ({ pressed, from, want }) => expect(moveIn(rowsOf(nodes, new Set()), from, pressed)).toEqual(want));

test("a closed one opens to the right", () =>
  expect(moveIn(rowsOf(nodes, new Set([deployment])), deployment, "ArrowRight")).toEqual({ kind: "toggle", key: deployment }));
