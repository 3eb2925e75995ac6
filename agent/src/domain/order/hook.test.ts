import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { roleOf, withHookName } from "./hook.ts";

const object = (annotations: JsonObject): Manifest => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "a", annotations } });
const hook = (phases: readonly string[], deletePolicies: readonly string[] = ["BeforeHookCreation"]): unknown => ({
  kind: "hook",
  phases,
  deletePolicies,
});

test.each([
  { annotations: {}, want: { kind: "object" } },
  { annotations: { "drover.dev/hook": "PreSync" }, want: hook(["PreSync"]) },
  { annotations: { "drover.dev/hook": "PostSync", "argocd.argoproj.io/hook": "PreSync" }, want: hook(["PostSync"]) },
  { annotations: { "argocd.argoproj.io/hook": "PreSync,PostSync" }, want: hook(["PreSync", "PostSync"]) },
  {
    annotations: { "argocd.argoproj.io/hook": "SyncFail", "argocd.argoproj.io/hook-delete-policy": "HookSucceeded, HookFailed" },
    want: hook(["SyncFail"], ["HookSucceeded", "HookFailed"]),
  },
  { annotations: { "helm.sh/hook": "pre-install,pre-upgrade" }, want: hook(["PreSync"]) },
  { annotations: { "helm.sh/hook": "post-upgrade,post-rollback" }, want: hook(["PostSync"]) },
  {
    annotations: { "helm.sh/hook": "pre-delete", "helm.sh/hook-delete-policy": "hook-succeeded" },
    want: hook(["PreDelete"], ["HookSucceeded"]),
  },
  { annotations: { "helm.sh/hook": "crd-install" }, want: { kind: "object" } },
  { annotations: { "helm.sh/hook": "test" }, want: { kind: "left-out", because: "helm.sh/hook is test, for which a sync has no moment" } },
  {
    annotations: { "helm.sh/hook": "pre-rollback" },
    want: { kind: "left-out", because: "helm.sh/hook is pre-rollback, for which a sync has no moment" },
  },
  { annotations: { "argocd.argoproj.io/hook": "Skip" }, want: { kind: "left-out", because: "argocd.argoproj.io/hook is Skip" } },
])("$annotations", ({ annotations, want }) => expect(roleOf(object(annotations))).toEqual(want));

test.each([{ "drover.dev/hook": "PresSync" }, { "drover.dev/hook": "PreSync", "drover.dev/hook-delete-policy": "Never" }])(
  "%j is refused, not guessed",
  (annotations) => expect(roleOf(object(annotations))).toMatchObject({ kind: "unreadable", problem: { reason: "InvalidAnnotation" } }),
);

test("a hook that leaves its name to the server has one name for each bundle", () => {
  const bundle = `sha256:${"0123456789abcdef".repeat(4)}`;
  const unnamed = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { generateName: "migrate-", annotations: { "drover.dev/hook": "PreSync" } },
  };
  expect(withHookName(unnamed, bundle)["metadata"]).toEqual({ name: "migrate-01234567", annotations: { "drover.dev/hook": "PreSync" } });
  const noHook = { ...unnamed, metadata: { generateName: "migrate-" } };
  expect(withHookName(noHook, bundle)).toBe(noHook);
});
