import { isJsonObject, type Json, type JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { ownFieldsOf, projectionOf } from "./projection.ts";

const object = (rest: JsonObject): Manifest => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, ...rest });
const fields = (value: JsonObject): string => JSON.stringify(value);
const same = (owned: string, a: JsonObject, b: JsonObject): boolean => projectionOf(owned, object(a)) === projectionOf(owned, object(b));

const data = fields({ "f:data": { "f:a": {} } });
const containers = fields({
  "f:spec": { "f:containers": { 'k:{"name":"app"}': { ".": {}, "f:image": {} }, 'k:{"name":"log"}': { ".": {} } } },
});
const app = { name: "app", image: "i" };
const log = { name: "log" };
const spec = (...list: readonly JsonObject[]): JsonObject => ({ spec: { containers: list } });

test.each([
  { name: "a changed value", owned: data, a: { data: { a: "1" } }, b: { data: { a: "2" } }, equal: false },
  { name: "a removed field", owned: data, a: { data: { a: "1" } }, b: { data: {} }, equal: false },
  { name: "null instead of nothing", owned: data, a: { data: { a: null } }, b: { data: {} }, equal: false },
  { name: "a field somebody else owns", owned: data, a: { data: { a: "1" } }, b: { data: { a: "1", b: "2" } }, equal: true },
  { name: "an integer beyond 2^53", owned: data, a: { data: { a: 2n ** 60n } }, b: { data: { a: 2n ** 60n + 1n } }, equal: false },
  { name: "a field of an item found by its key", owned: containers, a: spec(app, log), b: spec({ ...app, image: "j" }, log), equal: false },
  { name: "a foreign item", owned: containers, a: spec(app, log), b: spec(app, { name: "side" }, log), equal: true },
  { name: "the order of our items", owned: containers, a: spec(app, log), b: spec(log, app), equal: false },
  { name: "an appended duplicate", owned: containers, a: spec(app, log), b: spec(app, log, { ...app, image: "j" }), equal: false },
  { name: "a set's value", owned: fields({ "f:s": { 'v:"x"': {} } }), a: { s: ["x", "y"] }, b: { s: ["y"] }, equal: false },
  { name: "an extra item in an atomic list", owned: fields({ "f:s": {} }), a: { s: ["x"] }, b: { s: ["x", "y"] }, equal: false },
  {
    name: "a key named constructor",
    owned: fields({ "f:data": { "f:constructor": {} } }),
    a: { data: { constructor: "1" } },
    b: { data: {} },
    equal: false,
  },
])("sees $name: $equal", ({ owned, a, b, equal }) => expect(same(owned, a, b)).toBe(equal));

test("an object without a field beyond its name owns nothing", () => {
  expect(ownFieldsOf(object({}), "drover/default")).toBe("{}");
  expect(same("{}", { data: { a: "1" } }, { data: { a: "2" } })).toBe(true);
});

test("the order of keys makes no difference, in the object nor in the fields", () => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reversed);
    return isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([key, inner]) => [key, reversed(inner)]),
        )
      : value;
  };
  const word = fc.constantFrom("a", "b", "c", "d");
  const tree = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(word, tie("node"), { maxKeys: 4 }),
    ),
  })).node;
  const owned = fc.letrec<{ set: JsonObject }>((tie) => ({
    set: fc.oneof(
      { maxDepth: 4 },
      fc.constant({}),
      fc.dictionary(
        word.map((key) => `f:${key}`),
        tie("set"),
        { maxKeys: 4 },
      ),
    ),
  })).set;
  fc.assert(
    fc.property(fc.dictionary(word, tree), owned, (value, set) => {
      expect(projectionOf(fields(set), object(value))).toBe(
        projectionOf(fields(reversed(set) as JsonObject), object(reversed(value) as JsonObject)),
      );
    }),
  );
});
