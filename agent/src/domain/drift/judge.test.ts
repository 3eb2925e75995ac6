import { canonicalJson, type JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { evictPeople } from "./evict.ts";
import { type Judgement, judge, type People } from "./judge.ts";
import { projectionOf } from "./projection.ts";

const us = "drover/default";
const owned = { "f:data": { "f:a": {} } };
const entry = (manager: string, operation: string, fieldsV1: JsonObject, over: JsonObject = {}): JsonObject => ({
  manager,
  operation,
  fieldsV1,
  ...over,
});
const ours = entry(us, "Apply", owned);

const live = (data: JsonObject, over: JsonObject = {}): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", uid: "u1", resourceVersion: "20", managedFields: [ours], ...over },
  data,
});
const fields = canonicalJson(owned);
const applied = { uid: "u1", desired: "d", fields, projection: projectionOf(fields, live({ a: "1" })), resourceVersion: "10" };

const words = (judgement: Judgement): string => {
  if (judgement.kind !== "drift") return judgement.kind;
  const { drift } = judgement;
  const by = drift.by === undefined ? "" : ` by ${drift.by}`;
  return `${drift.kind}${by}${drift.fields.length > 0 ? ` at ${drift.fields.join(" ")}` : ""}`;
};

const kubectl = (operation: string, over: JsonObject = {}): JsonObject =>
  entry("kubectl-edit", operation, { "f:data": { "f:b": {} } }, over);

test.each([
  { name: "in sync", object: live({ a: "1" }), want: "in-sync" },
  { name: "an event from before our write", object: live({ a: "0" }, { resourceVersion: "9" }), want: "old" },
  { name: "the echo of our write", object: live({ a: "x" }, { resourceVersion: "10" }), want: "in-sync" },
  { name: "a dying object", object: live({ a: "1" }, { deletionTimestamp: "now" }), want: "terminating" },
  { name: "another object of that name", object: live({ a: "1" }, { uid: "u2" }), want: "recreated" },
  { name: "an edited value", object: live({ a: "2" }, { managedFields: [ours, kubectl("Update")] }), want: "edited by kubectl-edit" },
  {
    name: "a value edited and put back by somebody who now owns it",
    object: live({ a: "1" }, { managedFields: [] }),
    want: "disowned at .data.a",
  },
  {
    name: "a person's addition",
    object: live({ a: "1", b: "1" }, { managedFields: [ours, kubectl("Update")] }),
    want: "additions by kubectl-edit at .data.b",
  },
  {
    name: "an addition that an eviction made ours before it was cut off",
    object: live({ a: "1", b: "1" }, { managedFields: [entry(us, "Apply", { "f:data": { "f:a": {}, "f:b": {} } })] }),
    want: "additions at .data.b",
  },
  {
    name: "a status written by kubectl",
    object: live({ a: "1" }, { managedFields: [ours, kubectl("Update", { subresource: "status" })] }),
    want: "in-sync",
  },
  {
    name: "a controller's addition",
    object: live({ a: "1", b: "1" }, { managedFields: [ours, entry("kube-controller-manager", "Update", {})] }),
    want: "in-sync",
  },
  {
    name: "an addition where people's are kept",
    object: live({ a: "1", b: "1" }, { managedFields: [ours, kubectl("Update")] }),
    people: "keep" as const,
    want: "in-sync",
  },
])("$name", ({ object, want, people = "evict" as People }) =>
  expect(words(judge(applied, object, { fieldManager: us, people, ignore: undefined, wanted: undefined }))).toBe(want),
);

test("eviction makes people's fields ours, and leaves controllers alone", () => {
  const controller = entry("kube-controller-manager", "Update", { "f:status": {} });
  const cleared = entry("before-first-apply", "Update", { "f:data": { "f:c": {}, "f:a": {} } });
  const evicted = evictPeople(live({}, { managedFields: [ours, kubectl("Update"), controller, cleared] }), us);
  expect(evicted).toEqual([controller, { ...ours, fieldsV1: { "f:data": { "f:a": {}, "f:b": {}, "f:c": {} } } }]);
  expect(evictPeople(live({}, { managedFields: [ours, controller] }), us)).toBeUndefined();
});
