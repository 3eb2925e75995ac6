import fc from "fast-check";
import { expect, test } from "vitest";
import { harmless } from "./harmless.ts";

test.each([
  ["colours and lines", "\u001b[31mred\u001b[39m\n\tx", "\u001b[31mred\u001b[39m\n\tx"],
  ["a title for the window", "a\u001b]0;pwned\u0007b", "a ]0;pwned b"],
  ["a cleared screen", "\u001b[2J", " [2J"],
  ["one byte instead of two", "\u009b2J", " 2J"],
  ["a carriage return over what was there", "safe\rpwned", "safe pwned"],
  ["letters in another order", "abc\u202edcba", "abc dcba"],
])("%s", (_name, text, shown) => expect(harmless(text)).toBe(shown));

test("whatever is written, nothing but colours is a command", () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("\u001b", "[", "3", "1", "m", ";", "J", "]", "\u0007", "\u009b", "é") }), (text) => {
      const left = harmless(text)
        .split("\u001b")
        .map((part) => part.replace(/^\[[0-9;]*m/, ""))
        .join("");
      expect(left).not.toMatch(/[^\P{Cc}\n\t]/u);
    }),
  ));
