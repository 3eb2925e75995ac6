import type { Limits } from "@drover/proto/wire";
import { expect, test } from "vitest";
import type { ObjectId } from "../manifest.ts";
import { refusalOf } from "./allowed.ts";

const id = (over: Partial<ObjectId> = {}): ObjectId => ({ group: "apps", kind: "Deployment", namespace: "shop", name: "web", ...over });
const limited: Limits = { namespaces: ["shop", "team-*"], kinds: ["apps/*", "ConfigMap", "Namespace"] };

test.each<{ name: string; of: ObjectId; limits?: Limits; want: string | undefined }>([
  { name: "anything without limits", of: id({ kind: "ClusterRole", namespace: undefined }), want: undefined },
  { name: "a kind of an allowed group", of: id(), limits: limited, want: undefined },
  { name: "an allowed core kind", of: id({ group: "", kind: "ConfigMap" }), limits: limited, want: undefined },
  { name: "a namespace by its beginning", of: id({ namespace: "team-a" }), limits: limited, want: undefined },
  { name: "not another namespace", of: id({ namespace: "other" }), limits: limited, want: "does not allow namespace other" },
  { name: "not another kind", of: id({ group: "", kind: "Secret" }), limits: limited, want: "does not allow kind Secret" },
  {
    name: "not a Namespace of another name",
    of: id({ group: "", kind: "Namespace", namespace: undefined, name: "kube-system" }),
    limits: limited,
    want: "does not allow namespace kube-system",
  },
  {
    name: "no cluster-scoped kind that is not named",
    of: id({ group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespace: undefined }),
    limits: limited,
    want: "does not allow kind rbac.authorization.k8s.io/ClusterRole",
  },
  { name: "nothing by an empty list", of: id(), limits: { namespaces: [] }, want: "does not allow namespace shop" },
  { name: "never the agent's namespace", of: id({ namespace: "drover-system" }), want: "is the agent's own" },
  {
    name: "never the agent's Namespace",
    of: id({ group: "", kind: "Namespace", namespace: undefined, name: "drover-system" }),
    limits: { namespaces: ["*"] },
    want: "is the agent's own",
  },
])("allows $name", ({ of, limits, want }) => {
  const message = refusalOf(of, { project: "default", limits, agentNamespace: "drover-system" })?.message;
  expect([message === undefined, message ?? ""]).toEqual([want === undefined, expect.stringContaining(want ?? "")]);
});
