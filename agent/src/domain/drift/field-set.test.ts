import type { JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differingPaths, fieldPaths } from "./field-paths.ts";
import { type FieldsV1, isNothing, mergeFields, minusFields, placesOfFields, splitFields } from "./field-set.ts";
import { placesOf, without } from "./places.ts";

const live: JsonObject = {
  metadata: { labels: { "a/b": "1" } },
  spec: {
    replicas: 2,
    containers: [
      { name: "side", image: "s" },
      { name: "app", image: "i", ports: [{ containerPort: 80 }] },
    ],
  },
};
const app: FieldsV1 = { ".": {}, "f:name": {}, "f:image": {} };
const fields: FieldsV1 = { "f:spec": { "f:replicas": {}, "f:containers": { 'k:{"name":"app"}': app } } };

test("paths are those that people write", () => {
  expect(
    fieldPaths({
      "f:metadata": { "f:labels": { ".": {}, "f:a/b": {} } },
      "f:spec": { "f:finalizers": { 'v:"x"': {} }, "f:l": { "i:0": {} } },
    }),
  ).toEqual(['.metadata.labels["a/b"]', '.spec.finalizers[="x"]', ".spec.l[0]"]);
  expect(fieldPaths(fields)).toEqual(['.spec.containers[name="app"]', ".spec.replicas"]);
  expect(fieldPaths({ "f:spec": { "f:containers": { 'k:{"name":"app"}': { "f:image": {} } } } })).toEqual([
    '.spec.containers[name="app"].image',
  ]);
  expect(fieldPaths(fields, 1)).toHaveLength(1);
});

test("a set is parted by places in the object, whatever the positions of its items in git", () => {
  const { inside, outside } = splitFields(
    fields,
    live,
    placesOf([
      ["spec", "containers", 1, "image"],
      ["spec", "replicas"],
    ]),
  );
  expect(inside).toEqual({ "f:spec": { "f:replicas": {}, "f:containers": { 'k:{"name":"app"}': { "f:image": {} } } } });
  expect(outside).toEqual({ "f:spec": { "f:containers": { 'k:{"name":"app"}': { ".": {}, "f:name": {} } } } });
});

test("what a manager holds is taken out of a manifest, but not the keys by which items are found", () => {
  const theirs: FieldsV1 = { "f:spec": { "f:containers": { 'k:{"name":"app"}': { "f:name": {}, "f:image": {} } } } };
  const left = without(live, placesOfFields(theirs, live)) as { spec: { containers: unknown } };
  expect(left.spec.containers).toEqual([
    { name: "side", image: "s" },
    { name: "app", ports: [{ containerPort: 80 }] },
  ]);
  const whole: FieldsV1 = { "f:spec": { "f:containers": { 'k:{"name":"side"}': { ".": {}, "f:name": {}, "f:image": {} } } } };
  expect((without(live, placesOfFields(whole, live)) as { spec: { containers: unknown[] } }).spec.containers).toHaveLength(1);
});

test("where values differ that nobody took over: another order, another value, a missing item", () => {
  const owned: FieldsV1 = { "f:spec": { "f:replicas": {}, "f:containers": { 'k:{"name":"app"}': app, 'k:{"name":"side"}': app } } };
  const containers = (live["spec"] as { containers: JsonObject[] }).containers;
  const withSpec = (spec: JsonObject): JsonObject => ({ ...live, spec: { ...(live["spec"] as JsonObject), ...spec } });
  expect(differingPaths(owned, live, live)).toEqual([]);
  expect(differingPaths(owned, live, withSpec({ containers: containers.toReversed() }))).toEqual([".spec.containers"]);
  expect(differingPaths(owned, live, withSpec({ replicas: 3 }))).toEqual([".spec.replicas"]);
  expect(differingPaths(owned, live, withSpec({ containers: containers.slice(0, 1) }))).toContain('.spec.containers[name="app"]');
});

const key = fc.constantFrom(".", "f:a", "f:b", "f:__proto__", 'k:{"name":"x"}');
const anyFields = fc.letrec<{ set: FieldsV1 }>((tie) => ({
  set: fc.oneof({ maxDepth: 3 }, fc.constant({}), fc.dictionary(key, tie("set"), { maxKeys: 3 })),
})).set;

test("nothing is left of a set without itself, and a part of a union is in it", () => {
  fc.assert(
    fc.property(anyFields, anyFields, (a, b) => {
      expect(isNothing(minusFields(a, a))).toBe(true);
      expect(isNothing(minusFields(a, mergeFields(a, b)))).toBe(true);
      expect(mergeFields(a, a)).toEqual(a);
    }),
  );
});

test("the parts of a set are the whole set", () => {
  const locations = fc.array(fc.array(fc.constantFrom<string | number>("a", "b", 0), { minLength: 1, maxLength: 3 }), { maxLength: 3 });
  const value = { a: { a: 1, b: [{ name: "x", a: 1 }] }, b: [{ name: "x", a: { b: 1 } }] };
  fc.assert(
    fc.property(anyFields, locations, (set, paths) => {
      const { inside, outside } = splitFields(set, value, placesOf(paths));
      expect(mergeFields(inside, outside)).toEqual(set);
    }),
  );
});
