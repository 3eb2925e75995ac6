import { expect, test } from "vitest";
import { harmlessLine } from "./harmless-line.ts";

test.each(["\u001b[2J", "\u009b31m", "\u009d0;title\u009c", "\u007f", "\u202Egpj.exe", "\u2066x\u2069"])(
  "%j stays what it is, and no terminal obeys it",
  (text) => {
    const line = harmlessLine(JSON.stringify({ text }));
    expect(line).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line)).toEqual({ text });
  },
);

test("a line means the same as before, whatever stands in it", () => {
  const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).join("");
  expect(JSON.parse(harmlessLine(JSON.stringify({ [all]: all })))).toEqual({ [all]: all });
});
