import { expect, test } from "vitest";
import { isModestJson } from "./json-shape.ts";

test.each([
  { name: "an ordinary body", text: '{"a":[1,2,{"b":"c"}]}', want: true },
  { name: "a long text full of commas and brackets", text: JSON.stringify({ a: ",[{".repeat(100_000) }), want: true },
  { name: "a text with escaped quotes", text: JSON.stringify({ a: '\\","'.repeat(30_000) }), want: true },
  { name: "many members", text: `{${Array.from({ length: 30_000 }, (_, n) => `"k${n}":1`).join(",")}}`, want: false },
  { name: "many elements", text: `[${"1,".repeat(30_000)}1]`, want: false },
  { name: "a hundred thousand levels", text: "[".repeat(100_000), want: false },
  { name: "levels one after another", text: `[${Array.from({ length: 1_000 }, () => "[{}]").join(",")}]`, want: true },
  { name: "no JSON at all", text: "]]]]", want: true },
])("$name: $want", ({ text, want }) => {
  expect(isModestJson(Buffer.from(text))).toBe(want);
});
