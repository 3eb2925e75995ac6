import { expect, test } from "vitest";
import fc from "fast-check";
import { mergedOrder } from "./list-order.ts";

const merged = (live: string, applied: string): string =>
  mergedOrder([...live], [...applied])
    .map(({ from, index }) => (from === "live" ? live : applied)[index])
    .join("");

test.each([
  { name: "an empty list takes what is applied", live: "", applied: "ab", want: "ab" },
  { name: "what only the live list has keeps its place", live: "axb", applied: "ab", want: "axb" },
  { name: "the applied order wins", live: "axb", applied: "ba", want: "xba" },
  { name: "a foreign item before a later one of ours goes first", live: "cba", applied: "ac", want: "bac" },
  { name: "new items come where they are applied", live: "ax", applied: "nam", want: "naxm" },
])("$name", ({ live, applied, want }) => expect(merged(live, applied)).toBe(want));

test("every item of either list comes exactly once, the applied ones in their order", () => {
  const keys = fc.uniqueArray(fc.constantFrom(..."abcdefgh")).map((list) => list.join(""));
  fc.assert(
    fc.property(keys, keys, (live, applied) => {
      const result = merged(live, applied);
      expect([...result].toSorted()).toEqual([...new Set(live + applied)].toSorted());
      expect([...result].filter((key) => applied.includes(key)).join("")).toBe(applied);
    }),
  );
});
