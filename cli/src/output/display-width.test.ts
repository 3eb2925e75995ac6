import { expect, test } from "vitest";
import { cutDisplay, displayWidth, padDisplay } from "./display-width.ts";

test.each([
  { name: "ASCII", text: "eu-1", want: 4 },
  { name: "Latin with marks, put together or not", text: "e\u0301\u00e9", want: 2 },
  { name: "Cyrillic and Greek", text: "Ωмега", want: 5 },
  { name: "Chinese", text: "北京", want: 4 },
  { name: "Japanese with full stops", text: "東京。カナ", want: 10 },
  { name: "half as wide kana", text: "ｶﾅ", want: 2 },
  { name: "Korean, put together or not", text: "한\u1112\u1161\u11ab", want: 4 },
  { name: "fullwidth letters", text: "Ａ１", want: 4 },
  { name: "an emoji", text: "🚀", want: 2 },
  { name: "a family is one", text: "👨‍👩‍👧", want: 2 },
  { name: "a flag is one", text: "🇩🇪", want: 2 },
  { name: "a sign that asks to be a picture", text: "❤\u{fe0f}", want: 2 },
  { name: "a sign that does not", text: "✔", want: 1 },
  { name: "a joiner alone", text: "a\u200db", want: 2 },
  { name: "our own bars and lines", text: "█▒·├─…", want: 6 },
  { name: "nothing", text: "", want: 0 },
])("$name", ({ text, want }) => expect(displayWidth(text)).toBe(want));

test("padding and cutting go by what is seen, and cut no character in two", () => {
  expect(padDisplay("北", 4)).toBe("北  ");
  expect(padDisplay("abc", 2)).toBe("abc");
  expect(cutDisplay("北京市", 5)).toBe("北京…");
  expect(cutDisplay("北京市", 4)).toBe("北…");
  expect(cutDisplay("👨‍👩‍👧👨‍👩‍👧ab", 4)).toBe("👨‍👩‍👧…");
  expect(cutDisplay("eu-1", 4)).toBe("eu-1");
});
