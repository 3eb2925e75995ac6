import fc from "fast-check";
import { expect, test } from "vitest";
import { type SyncOptions, syncOptionsOf } from "./sync-options.ts";

const ours = (options: string) => ({ "drover.dev/sync-options": options });
const argo = (options: string) => ({ "argocd.argoproj.io/sync-options": options });

const plain: SyncOptions = {
  replace: false,
  recreate: false,
  prune: "true",
  delete: "true",
};

test.each<{ name: string; policy?: readonly string[]; annotations?: Record<string, string>; want: Partial<SyncOptions> }>([
  { name: "nothing is named", want: {} },
  { name: "the policy names it", policy: ["Replace=true"], want: { replace: true } },
  { name: "the object names it", annotations: ours("Recreate=true, Replace=true"), want: { recreate: true, replace: true } },
  { name: "the object wins over the policy", policy: ["Replace=true"], annotations: ours("Replace=false"), want: {} },
  { name: "Argo's annotation is read", annotations: argo("Replace=true,Force=true"), want: { replace: true, recreate: true } },
  { name: "ours wins over Argo's", annotations: { ...ours("Prune=true"), ...argo("Prune=false,Replace=true") }, want: { replace: true } },
  { name: "what is always so says nothing", policy: ["ServerSideApply=true", "ApplyOutOfSyncOnly=true"], want: {} },
  { name: "an option of another tool says nothing", annotations: argo("Validate=false,SkipDryRunOnMissingResource=true"), want: {} },
  {
    name: "a deletion waits for a person",
    policy: ["Prune=confirm"],
    annotations: ours("Delete=confirm"),
    want: { prune: "confirm", delete: "confirm" },
  },
  { name: "the object may be pruned after all", policy: ["Prune=false"], annotations: ours("Prune=true"), want: {} },
  {
    name: "our single annotations protect",
    annotations: { "drover.dev/prune": "disabled", "drover.dev/delete": "confirm" },
    want: { prune: "false", delete: "confirm" },
  },
  { name: "Helm keeps it", annotations: { "helm.sh/resource-policy": "keep" }, want: { prune: "false", delete: "false" } },
  {
    name: "what protects more wins",
    annotations: { ...ours("Prune=confirm"), "helm.sh/resource-policy": "keep" },
    want: { prune: "false", delete: "false" },
  },
  { name: "a misspelled permission protects", annotations: ours("Prune=flase"), want: { prune: "false" } },
  { name: "a misspelled flag is off", annotations: ours("Replace=yes"), want: {} },
  { name: "the first of a name counts", annotations: ours("Replace=true,Replace=false"), want: { replace: true } },
])("$name", ({ policy = [], annotations, want }) => expect(syncOptionsOf(policy, annotations)).toEqual({ ...plain, ...want }));

test("no annotation of a stranger can break it or allow a deletion that the policy forbids without naming it", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes("Prune"));
      expect(syncOptionsOf(["Prune=false"], { ...ours(text), ...argo(text) }).prune).toBe("false");
    }),
  );
});
