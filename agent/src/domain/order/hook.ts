import type { JsonObject } from "@drover/kit";
import { memberAt, textAt } from "@drover/kit";
import { annotationOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import type { Failure } from "../status/application-status.ts";
import { unreadable } from "./turn.ts";

export const hookPhases = ["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete"] as const;
export type HookPhase = (typeof hookPhases)[number];

const deletePolicies = ["HookSucceeded", "HookFailed", "BeforeHookCreation"] as const;
export type HookDeletePolicy = (typeof deletePolicies)[number];

/** What an object of a bundle is to a sync. */
export type Role =
  | { readonly kind: "object" }
  | { readonly kind: "hook"; readonly phases: readonly HookPhase[]; readonly deletePolicies: readonly HookDeletePolicy[] }
  /** Never applied, and why. */
  | { readonly kind: "left-out"; readonly because: string }
  | { readonly kind: "unreadable"; readonly problem: Failure };

const ours = { hook: "drover.dev/hook", deletePolicy: "drover.dev/hook-delete-policy" };
const argo = { hook: "argocd.argoproj.io/hook", deletePolicy: "argocd.argoproj.io/hook-delete-policy" };
const helm = { hook: "helm.sh/hook", deletePolicy: "helm.sh/hook-delete-policy" };

const helmPhases: Readonly<Record<string, HookPhase>> = {
  "pre-install": "PreSync",
  "pre-upgrade": "PreSync",
  "post-install": "PostSync",
  "post-upgrade": "PostSync",
  "pre-delete": "PreDelete",
  "post-delete": "PostDelete",
};
/** Words of Helm for which a sync has no moment: nothing is ever rolled back by a hook, and tests are run by people. */
const helmWithoutPhase = new Set(["pre-rollback", "post-rollback", "test", "test-success", "test-failure"]);
const helmPolicies: Readonly<Record<string, HookDeletePolicy>> = {
  "hook-succeeded": "HookSucceeded",
  "hook-failed": "HookFailed",
  "before-hook-creation": "BeforeHookCreation",
};

/** Reads our annotation, else Argo CD's, else Helm's. */
export function roleOf(object: Manifest): Role {
  const tool = [ours, argo, helm].find(({ hook }) => annotationOf(object, hook) !== undefined);
  if (!tool) return { kind: "object" };
  const words = wordsOf(object, tool.hook);
  // Helm 2 marked definitions so; they are applied before everything else anyway.
  if (tool === helm && words.includes("crd-install")) return { kind: "object" };
  if (words.includes("Skip")) return { kind: "left-out", because: `${tool.hook} is Skip` };
  const phases = new Set<HookPhase>();
  for (const word of words) {
    const phase = tool === helm ? helmPhases[word] : hookPhases.find((known) => known === word);
    if (phase) phases.add(phase);
    else if (tool !== helm || !helmWithoutPhase.has(word)) return unreadableHook(tool.hook, word, hookPhases.join(", "));
  }
  if (phases.size === 0) return { kind: "left-out", because: `${tool.hook} is ${words.join(", ")}, for which a sync has no moment` };
  return withPolicies(object, [...phases], tool);
}

function withPolicies(object: Manifest, phases: readonly HookPhase[], tool: typeof ours): Role {
  const source = annotationOf(object, ours.deletePolicy) === undefined ? tool : ours;
  const policies = new Set<HookDeletePolicy>();
  for (const word of wordsOf(object, source.deletePolicy)) {
    const policy = helmPolicies[word] ?? deletePolicies.find((known) => known === word);
    if (!policy) return unreadableHook(source.deletePolicy, word, deletePolicies.join(", "));
    policies.add(policy);
  }
  if (policies.size === 0) policies.add("BeforeHookCreation");
  return { kind: "hook", phases, deletePolicies: [...policies] };
}

const unreadableHook = (annotation: string, word: string, known: string): Role => ({
  kind: "unreadable",
  problem: unreadable(annotation, word, `it has to be of ${known}`),
});

const wordsOf = (object: Manifest, annotation: string): readonly string[] =>
  (annotationOf(object, annotation) ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** A hook that leaves its name to the server gets the same one each time it is read from the same bundle, so that a restart finds it. */
export function withHookName(object: JsonObject, bundle: string): JsonObject {
  const { metadata } = object;
  const prefix = textAt(metadata, "generateName");
  const isHook = [ours, argo, helm].some(({ hook }) => memberAt(metadata, "annotations", hook) !== undefined);
  if (prefix === "" || textAt(metadata, "name") !== "" || !isHook) return object;
  const { generateName: _prefix, ...rest } = metadata as JsonObject;
  return { ...object, metadata: { ...rest, name: `${prefix}${bundle.slice("sha256:".length, "sha256:".length + 8)}` } };
}
