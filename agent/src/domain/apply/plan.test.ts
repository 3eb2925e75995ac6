import { expect, test } from "vitest";
import { rankOf } from "../order/rank.ts";
import { decideApply, type Known, planApply } from "./plan.ts";

const applied = { uid: "u", desired: "d1", fields: "{}", projection: "p", resourceVersion: "1" };
const known = (live: Known["live"], over: Partial<Known> = {}): Known => ({ applied, live, ...over });

test.each([
  { name: "leaves alone what is as it should be", desired: "d1", of: known({ kind: "in-sync" }), want: "unchanged" },
  { name: "writes what git changed", desired: "d2", of: known({ kind: "in-sync" }), want: "apply" },
  {
    name: "writes what somebody edited",
    desired: "d1",
    of: known({ kind: "drifted", drift: { kind: "edited", by: "x", fields: [] } }),
    want: "apply",
  },
  {
    name: "looks first at what was made again",
    desired: "d1",
    of: known({ kind: "drifted", drift: { kind: "recreated", by: "x", fields: [] } }),
    want: "meet",
  },
  { name: "looks first at what is gone", desired: "d2", of: known({ kind: "missing" }), want: "meet" },
  { name: "looks first at what it has never applied", desired: "d1", of: known({ kind: "missing" }, { applied: undefined }), want: "meet" },
  { name: "looks first at what it has never heard of", desired: "d1", of: undefined, want: "meet" },
  { name: "holds what is being deleted", desired: "d2", of: known({ kind: "terminating" }), want: "hold" },
  { name: "never runs a finished Job again", desired: "d1", of: known({ kind: "finished-and-gone" }), want: "unchanged" },
  { name: "runs a changed Job", desired: "d2", of: known({ kind: "finished-and-gone" }), want: "apply" },
])("$name", ({ desired, of, want }) => expect(decideApply({ desired }, of).kind).toBe(want));

test("goes from what others need to what can refuse them", () => {
  const kinds = [
    ["admissionregistration.k8s.io", "ValidatingWebhookConfiguration"],
    ["example.com", "Widget"],
    ["apps", "Deployment"],
    ["", "Service"],
    ["", "ConfigMap"],
    ["rbac.authorization.k8s.io", "ClusterRole"],
    ["apiextensions.k8s.io", "CustomResourceDefinition"],
    ["", "Namespace"],
  ] as const;
  const wanted = kinds.map(([group, kind]) => ({ key: kind, rank: rankOf({ group, kind }), desired: "d" }));
  expect(planApply(wanted, new Map()).flatMap((group) => group.map(({ key }) => key))).toEqual(kinds.map(([, kind]) => kind).toReversed());
});

test("a custom kind that is named like a built-in one is a custom resource", () => {
  expect(rankOf({ group: "serving.knative.dev", kind: "Service" })).toBe(rankOf({ group: "example.com", kind: "Widget" }));
});
