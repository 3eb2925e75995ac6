import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { turnOf, turnOfHook } from "./turn.ts";

const object = (annotations: JsonObject): Manifest => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations } });

test.each([
  { name: "nothing", annotations: {}, want: 0 },
  { name: "ours", annotations: { "drover.dev/sync-wave": "-5", "argocd.argoproj.io/sync-wave": "3" }, want: -5 },
  { name: "Argo's", annotations: { "argocd.argoproj.io/sync-wave": " 3 " }, want: 3 },
  { name: "Helm's weight, which is for hooks alone", annotations: { "helm.sh/hook-weight": "7" }, want: 0 },
])("reads the wave of $name", ({ annotations, want }) => expect(turnOf(object(annotations))).toEqual({ wave: want, dependsOn: [] }));

test("a hook's weight is its wave", () => expect(turnOfHook(object({ "helm.sh/hook-weight": "-7" })).wave).toBe(-7));

test.each([
  { text: "Deployment.apps shop/web", want: [{ group: "apps", kind: "Deployment", namespace: "shop", name: "web" }] },
  { text: "ConfigMap settings", want: [{ group: "", kind: "ConfigMap", namespace: undefined, name: "settings" }] },
  { text: "apps/Deployment/shop/web", want: [{ group: "apps", kind: "Deployment", namespace: "shop", name: "web" }] },
  { text: "/Namespace//shop", want: [{ group: "", kind: "Namespace", namespace: undefined, name: "shop" }] },
  {
    text: "Service web, ClusterRole.rbac.authorization.k8s.io system:reader",
    want: [
      { group: "", kind: "Service", namespace: undefined, name: "web" },
      { group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespace: undefined, name: "system:reader" },
    ],
  },
])("reads $text", ({ text, want }) => expect(turnOf(object({ "drover.dev/depends-on": text })).dependsOn).toEqual(want));

test.each([{ "drover.dev/sync-wave": "1.5" }, { "drover.dev/sync-wave": "first" }, { "drover.dev/depends-on": "web" }])(
  "says what is wrong with %j",
  (annotations) => expect(turnOf(object(annotations)).problem?.reason).toBe("InvalidAnnotation"),
);
