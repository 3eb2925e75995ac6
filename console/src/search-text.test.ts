import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSearch, stringifySearch, textsOf } from "./search-text.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 });

test("whatever stands in the address comes back as it was", () => {
  fc.assert(
    fc.property(fc.dictionary(text, text), (search) => {
      expect(parseSearch(stringifySearch(search))).toEqual({ ...search });
    }),
  );
});

test("an address stays short: what is absent or empty is not in it", () => {
  expect(stringifySearch({ filter: "eu", sort: undefined, state: "" })).toBe("?filter=eu");
  expect(stringifySearch({})).toBe("");
});

test("a page takes the parameters that it knows", () => {
  expect(textsOf({ filter: "eu", other: "x", sort: 3 }, ["filter", "sort"])).toEqual({ filter: "eu" });
});
