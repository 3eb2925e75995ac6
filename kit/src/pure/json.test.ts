import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, parseJson } from "./json.ts";

test.each([
  { text: "9007199254740993", value: 9007199254740993n },
  { text: "-9223372036854775808", value: -9223372036854775808n },
  { text: "9007199254740991", value: 9007199254740991 },
  { text: '{"a":[1,9223372036854775807]}', value: { a: [1, 9223372036854775807n] } },
  { text: '"9007199254740993"', value: "9007199254740993" },
])("reads $text exactly", ({ text, value }) => {
  expect(parseJson(text)).toEqual(value);
  expect(canonicalJson(parseJson(text))).toBe(text);
});

test("a key is a key, whatever it is called", () => {
  const text = '{"__proto__":{"a":1},"b":9007199254740993,"constructor":2}';
  expect(canonicalJson(parseJson(text))).toBe(text);
});

test("canonical JSON says the same whatever the order of the keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(canonicalJson(parseJson(text))).toBe(text);
    }),
  );
});

test("members that are undefined are left out", () => expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}'));

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
