import type { JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Manifest, ObjectId } from "../manifest.ts";
import { compileIgnores, fieldsLeft, withoutFieldsLeft, withoutIgnored } from "./ignore.ts";
import { judge } from "./judge.ts";
import { ownFieldsOf, projectionOf } from "./projection.ts";

const us = "drover/default";
const id: ObjectId = { group: "", kind: "ConfigMap", namespace: "shop", name: "a" };
const marks = { labels: { "drover.dev/owner": "shop.x", tier: "web" }, annotations: { "drover.dev/application": "shop" } };
const manifest = (data: JsonObject, metadata: JsonObject = {}): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", ...marks, ...metadata },
  data,
});

test.each([
  { rule: {}, applies: true },
  { rule: { kind: "ConfigMap" }, applies: true },
  { rule: { group: "", kind: "ConfigMap", namespace: "shop", name: "a" }, applies: true },
  { rule: { group: "apps" }, applies: false },
  { rule: { name: "b" }, applies: false },
  { rule: { namespace: "other" }, applies: false },
])("a rule for $rule applies: $applies", ({ rule, applies }) => {
  expect(compileIgnores([{ ...rule, jsonPointers: ["/data/a"] }])(id) !== undefined).toBe(applies);
});

test("several rules add up, and an object without one is sent as it is", () => {
  const ignoreOf = compileIgnores([{ jsonPointers: ["/data/a"] }, { kind: "ConfigMap", jsonPaths: ["$.data.b"] }]);
  expect(withoutIgnored(manifest({ a: "1", b: "1", c: "1" }), ignoreOf(id))["data"]).toEqual({ c: "1" });
  const secret = manifest({ a: "1", b: "1" });
  expect(withoutIgnored(secret, compileIgnores([{ kind: "Secret" }])(id))).toBe(secret);
});

test("our own marks are never left out", () => {
  const ignore = compileIgnores([{ jsonPointers: ["/metadata/labels", "/metadata/annotations"], jsonPaths: ["$..labels"] }])(id);
  expect(withoutIgnored(manifest({}), ignore).metadata).toEqual({
    name: "a",
    labels: { "drover.dev/owner": "shop.x" },
    annotations: marks.annotations,
  });
});

test("an expression that is none is refused with its text", () => {
  expect(() => compileIgnores([{ jsonPaths: ["$["] }])).toThrow(/IGNORE_INVALID|\$\[/);
});

test("what a manager holds in the live object is left to it, its status and our marks aside", () => {
  const ignore = compileIgnores([{ managers: ["operator"] }])(id);
  const live = manifest(
    { a: "1" },
    {
      managedFields: [
        {
          manager: "operator",
          operation: "Update",
          fieldsV1: { "f:data": { "f:a": {} }, "f:metadata": { "f:labels": { "f:drover.dev/owner": {} } } },
        },
        { manager: "operator", operation: "Update", subresource: "status", fieldsV1: { "f:status": {} } },
        { manager: "other", operation: "Update", fieldsV1: { "f:data": { "f:b": {} } } },
      ],
    },
  );
  expect(fieldsLeft(ignore, live)).toBe('{"f:data":{"f:a":{}}}');
  expect(withoutFieldsLeft(manifest({ a: "1", b: "1" }), fieldsLeft(ignore, live))["data"]).toEqual({ b: "1" });
  expect(fieldsLeft(undefined, live)).toBe("{}");
});

const key: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "d");
const value = fc.constantFrom("1", "2");
const fieldsOf = (keys: readonly string[]): JsonObject =>
  keys.length === 0 ? {} : { "f:data": Object.fromEntries(keys.map((name) => [`f:${name}`, {}])) };

test("whatever a person edits, exactly the ignored fields are no drift", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value), fc.uniqueArray(key), fc.uniqueArray(key), (data, ignored, edited) => {
      const ignore = compileIgnores([{ jsonPointers: ignored.map((name) => `/data/${name}`) }])(id);
      const sent = withoutIgnored(manifest(data), ignore);
      const owned = Object.keys((sent["data"] as JsonObject | undefined) ?? {});
      const entry = { manager: us, operation: "Apply", fieldsV1: fieldsOf(owned) };
      const answer = manifest(data, { uid: "u", resourceVersion: "1", managedFields: [entry] });
      const fields = ownFieldsOf(answer, us);
      const applied = { uid: "u", desired: "d", fields, projection: projectionOf(fields, answer), resourceVersion: "1" };
      const live = manifest(
        { ...data, ...Object.fromEntries(edited.map((name) => [name, "edited"])) },
        {
          uid: "u",
          resourceVersion: "2",
          managedFields: [
            { ...entry, fieldsV1: fieldsOf(owned.filter((name) => !edited.includes(name))) },
            { manager: "kubectl-edit", operation: "Update", fieldsV1: fieldsOf(edited) },
          ],
        },
      );
      const isDrift = edited.some((name) => !ignored.includes(name));
      const judgement = judge(applied, live, { fieldManager: us, people: "evict", ignore, wanted: undefined });
      expect(judgement.kind).toBe(isDrift ? "drift" : "in-sync");
    }),
  );
});
