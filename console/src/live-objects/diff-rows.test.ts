import fc from "fast-check";
import { expect, test } from "vitest";
import { diffPairs, type DiffRow, diffRows } from "./diff-rows.ts";
import { yamlOf } from "./yaml-of.ts";

const said = (rows: readonly DiffRow[]): readonly string[] =>
  rows.map((row) => (row.kind === "gap" ? `… ${row.lines}` : `${{ same: " ", removed: "-", added: "+" }[row.kind]}${row.text}`));

test("a change stands between three equal lines, the others are counted", () => {
  const lines = (changed: string): string =>
    ["a", "b", "c", "d", "e", changed, "g", "h", "i", "j", "k"].map((line) => `${line}\n`).join("");
  expect(said(diffRows(lines("f"), lines("F")))).toEqual(["… 2", " c", " d", " e", "-f", "+F", " g", " h", " i", "… 2"]);
});

test("what is equal shows nothing", () => expect(diffRows("a\nb\n", "a\nb\n")).toEqual([]));

test("what went stands beside what came", () =>
  expect(diffPairs(diffRows("a\nb\n", "x\nb\n"))).toEqual([
    { left: { kind: "removed", text: "a", left: 1 }, right: { kind: "added", text: "x", right: 1 } },
    { left: { kind: "same", text: "b", left: 2, right: 2 }, right: { kind: "same", text: "b", left: 2, right: 2 } },
  ]));

test("objects with the same members read the same", () => {
  expect(yamlOf({ b: 1, a: 2 })).toBe(yamlOf({ a: 2, b: 1 }));
  expect(yamlOf(undefined)).toBe("");
});

const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 }).map((lines) => `${lines.join("\n")}\n`);
test("no line is lost on either side, however long the gaps", () =>
  fc.assert(
    fc.property(text, text, (from, to) => {
      const rows = diffRows(from, to);
      const count = (side: "removed" | "added"): number =>
        rows.reduce((sum, row) => sum + (row.kind === "gap" ? row.lines : row.kind === "same" || row.kind === side ? 1 : 0), 0);
      // What is equal shows nothing at all.
      fc.pre(from !== to);
      expect([count("removed"), count("added")]).toEqual([from.split("\n").length - 1, to.split("\n").length - 1]);
    }),
  ));
