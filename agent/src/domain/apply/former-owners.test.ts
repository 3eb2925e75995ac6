import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { nowhere, type Places, placesOf } from "../drift/places.ts";
import type { Manifest } from "../manifest.ts";
import { inheritFields, withoutFormerFields } from "./former-owners.ts";

interface Entry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
  readonly apiVersion?: string;
}
const object = (data: JsonObject, ...entries: readonly Entry[]): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", managedFields: entries.map((entry) => ({ apiVersion: "v1", fieldsType: "FieldsV1", ...entry })) },
  data,
});
const data = (...keys: readonly string[]): JsonObject => ({ "f:data": Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) });
const heirs = (live: Manifest, people: "evict" | "keep" = "evict", left: Places = nowhere): unknown =>
  inheritFields(live, "drover/default", { people, left, kept: new Set() })?.map(({ manager, operation, fieldsV1 }) => [
    manager,
    operation,
    fieldsV1,
  ]);

test.each(["kubectl-client-side-apply", "helm", "argocd-controller", "before-first-apply"])("inherits what %s had", (manager) => {
  expect(heirs(object({}, { manager, operation: "Update", fieldsV1: data("a") }))).toEqual([["drover/default", "Apply", data("a")]]);
});

test("adds to what is ours already, and leaves controllers theirs", () => {
  const live = object(
    {},
    { manager: "drover/default", operation: "Apply", fieldsV1: data("a") },
    { manager: "helm", operation: "Apply", fieldsV1: data("a", "b") },
    { manager: "kube-controller-manager", operation: "Update", fieldsV1: data("c") },
  );
  expect(heirs(live)).toEqual([
    ["kube-controller-manager", "Update", data("c")],
    ["drover/default", "Apply", data("a", "b")],
  ]);
});

test("a status and fields of another version are nobody's legacy", () => {
  const live = object(
    {},
    { manager: "kubectl", operation: "Apply", fieldsV1: data("a"), subresource: "status" },
    { manager: "helm", operation: "Apply", fieldsV1: data("a"), apiVersion: "v1beta1" },
  );
  expect(inheritFields(live, "drover/default", { people: "evict", left: nowhere, kept: new Set() })).toBeUndefined();
});

test("a person's edit is inherited only where people are evicted", () => {
  const live = object({}, { manager: "kubectl-edit", operation: "Update", fieldsV1: data("a") });
  expect(heirs(live)).toEqual([["drover/default", "Apply", data("a")]]);
  expect(heirs(live, "keep")).toBeUndefined();
});

test("what only a former owner has would go", () => {
  const answer = object(
    { a: "1", b: "2", c: "3" },
    { manager: "drover/default", operation: "Apply", fieldsV1: data("a") },
    { manager: "helm", operation: "Apply", fieldsV1: data("a", "b", "c") },
    { manager: "some-operator", operation: "Update", fieldsV1: data("c") },
  );
  expect(withoutFormerFields(answer, { people: "keep", left: nowhere, kept: new Set() })?.["data"]).toEqual({ a: "1", c: "3" });
});

test("a former owner that has nothing of its own costs no second look", () => {
  const answer = object(
    { a: "1" },
    { manager: "drover/default", operation: "Apply", fieldsV1: data("a") },
    { manager: "helm", operation: "Apply", fieldsV1: data("a") },
  );
  expect(withoutFormerFields(answer, { people: "keep", left: nowhere, kept: new Set() })).toBeUndefined();
});

test("what git leaves to others keeps its value, and a finalizer is never taken off", () => {
  const fieldsV1 = { ...data("a", "b"), "f:metadata": { "f:finalizers": { ".": {}, 'v:"example.com/hold"': {} } } };
  const { metadata, ...rest } = object({ a: "1", b: "2" }, { manager: "helm", operation: "Update", fieldsV1 });
  const live = { ...rest, metadata: { ...metadata, finalizers: ["example.com/hold"] } } as Manifest;
  const left = placesOf([["data", "b"]]);
  expect(heirs(live, "keep", left)).toEqual([["drover/default", "Apply", data("a")]]);
  expect(inheritFields(live, "drover/default", { people: "keep", left, kept: new Set(["helm"]) })).toBeUndefined();
  const without = withoutFormerFields(live, { people: "keep", left, kept: new Set() });
  expect([without?.["data"], without?.metadata["finalizers"]]).toEqual([{ b: "2" }, ["example.com/hold"]]);
});
