import fc from "fast-check";
import { expect, test } from "vitest";
import { layOutMap, squareAt } from "./map-layout.ts";

const sizes = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 40, max: 2_000 }));

test("every square lies within the map, and is found where it is drawn", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ([count, width], any) => {
      const layout = layOutMap(count, width);
      const index = any % count;
      const [x, y] = [(index % layout.columns) * layout.pitch, Math.floor(index / layout.columns) * layout.pitch];
      expect(x + layout.size).toBeLessThanOrEqual(width);
      expect(y + layout.size).toBeLessThanOrEqual(layout.height);
      expect(squareAt(layout, count, x + layout.size / 2, y + layout.size / 2)).toBe(index);
    }),
  );
});

test("a big fleet has small squares, a small one has squares that one can hit", () => {
  expect(layOutMap(30, 800).size).toBe(25);
  expect(layOutMap(10_000, 800).size).toBe(6);
});
