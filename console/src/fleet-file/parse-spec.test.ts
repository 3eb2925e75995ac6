import { expect, test } from "vitest";
import { parseSpec } from "./parse-spec.ts";

test("a map is a file", () =>
  expect(parseSpec("reason: holidays\nenvironments: [a]\n")).toEqual({ kind: "spec", spec: { reason: "holidays", environments: ["a"] } }));

test.each([
  { name: "what cannot be read, with its line", text: "reason: a\n  wrong: [", line: expect.any(Number) as number },
  { name: "a list", text: "- a\n", line: 1 },
  { name: "nothing", text: "", line: 1 },
])("refuses $name", ({ text, line }) => expect(parseSpec(text)).toMatchObject({ kind: "wrong", line }));
