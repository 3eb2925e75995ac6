import type { Json, JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bothPlaces, placesOf, without } from "./places.ts";

const object: JsonObject = { data: { a: "1", b: "2" }, spec: { list: [{ name: "x", v: 1 }, { name: "y" }], limits: { cpu: "1" } } };

test.each([
  { name: "a member", locations: [["data", "a"]], left: { data: { b: "2" }, spec: object["spec"] } },
  {
    name: "a list item",
    locations: [["spec", "list", 1]],
    left: { ...object, spec: { list: [{ name: "x", v: 1 }], limits: { cpu: "1" } } },
  },
  {
    name: "every member of an item, and the item with them",
    locations: [["spec", "list", 1, "name"]],
    left: { ...object, spec: { list: [{ name: "x", v: 1 }], limits: { cpu: "1" } } },
  },
  {
    name: "the last member of a map, and the map with it",
    locations: [["spec", "limits", "cpu"]],
    left: { ...object, spec: { list: [{ name: "x", v: 1 }, { name: "y" }] } },
  },
  { name: "what is within another place", locations: [["data"], ["data", "a"]], left: { spec: object["spec"] } },
  {
    name: "nothing that is not there",
    locations: [
      ["data", "z"],
      ["spec", "list", 9],
    ],
    left: object,
  },
])("takes away $name", ({ locations, left }) => expect(without(object, placesOf(locations))).toEqual(left));

test("an empty map that git has stays", () =>
  expect(without({ emptyDir: {}, a: 1, b: 2 }, placesOf([["a"]]))).toEqual({ emptyDir: {}, b: 2 }));

const key = fc.constantFrom("a", "b", "c", "__proto__");
const tree = fc.letrec<{ node: Json }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.dictionary(key, tie("node"), { maxKeys: 3 })),
})).node;
const locations = fc.array(fc.array(key, { minLength: 1, maxLength: 4 }), { maxLength: 4 });

test("taking members away twice is taking them away once", () => {
  fc.assert(
    fc.property(tree, locations, (value, paths) => {
      const places = placesOf(paths);
      const once = without(value, places);
      expect(without(once, places)).toEqual(once);
    }),
  );
});

test("both places together are one after the other", () => {
  fc.assert(
    fc.property(tree, locations, locations, (value, a, b) => {
      expect(without(value, bothPlaces(placesOf(a), placesOf(b)))).toEqual(without(value, placesOf([...a, ...b])));
    }),
  );
});
