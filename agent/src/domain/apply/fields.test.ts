import type { Json } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FieldsV1, mergeFields } from "../drift/field-set.ts";
import { fieldsBeyond, withoutFields } from "./fields.ts";

const container = 'k:{"name":"side"}';
const item = (...fields: readonly string[]): FieldsV1 => Object.fromEntries([[".", {}], ...fields.map((name) => [`f:${name}`, {}])]);

test.each<{ name: string; a: FieldsV1; b: FieldsV1; want: FieldsV1 }>([
  { name: "a field of its own", a: { "f:a": {}, "f:b": {} }, b: { "f:a": {} }, want: { "f:b": {} } },
  { name: "nothing where the other has the same", a: { "f:a": {} }, b: { "f:a": {} }, want: {} },
  { name: "nothing where the other has it in more detail", a: { "f:a": {} }, b: { "f:a": { "f:x": {} } }, want: {} },
  {
    name: "what is in a thing that the other has as a whole",
    a: { "f:a": { "f:x": {} } },
    b: { "f:a": {} },
    want: { "f:a": { "f:x": {} } },
  },
  {
    name: "an item of its own, as a whole",
    a: { [container]: item("name", "image") },
    b: {},
    want: { [container]: item("name", "image") },
  },
  {
    name: "of an item that both have only the fields",
    a: { [container]: item("name", "image", "env") },
    b: { [container]: item("name", "image") },
    want: { [container]: { "f:env": {} } },
  },
])("beyond another set is $name", ({ a, b, want }) => expect(fieldsBeyond(a, b)).toEqual(want));

test.each<{ name: string; value: Json; fields: FieldsV1; want: Json }>([
  { name: "a member", value: { a: 1, b: 2 }, fields: { "f:a": {} }, want: { b: 2 } },
  {
    name: "an item by its keys, with what was defaulted in it",
    value: [{ name: "app" }, { name: "side", image: "x", pull: "Always" }],
    fields: { [container]: item("name", "image") },
    want: [{ name: "app" }],
  },
  {
    name: "a field of an item",
    value: [{ name: "side", image: "x", env: [] }],
    fields: { [container]: { "f:env": {} } },
    want: [{ name: "side", image: "x" }],
  },
  { name: "a value of a set", value: ["a", "b"], fields: { 'v:"a"': {} }, want: ["b"] },
  { name: "nothing that is not there", value: { b: 2 }, fields: { "f:a": { "f:x": {} } }, want: { b: 2 } },
])("takes away $name", ({ value, fields, want }) => expect(withoutFields(value, fields)).toEqual(want));

const members = (inner: fc.Arbitrary<FieldsV1>): fc.Arbitrary<FieldsV1> =>
  fc.dictionary(fc.constantFrom("f:a", "f:b", "f:c", "."), inner, { maxKeys: 3, noNullPrototype: true });
const sets = members(members(members(fc.constant({}))));

test("a union has nothing beyond its parts, and its parts nothing beyond it", () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const union = mergeFields(a, b);
      expect(fieldsBeyond(a, union)).toEqual({});
      expect(fieldsBeyond(b, union)).toEqual({});
      expect(mergeFields(fieldsBeyond(a, b), union)).toEqual(union);
    }),
  );
});
