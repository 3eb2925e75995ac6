import fc from "fast-check";
import { expect, test } from "vitest";
import { type Assigned, takeUp } from "./take-up.ts";

const assigned = (generation: number, environment = "production"): Assigned => ({ application: "shop", environment, generation });

test.each([
  { name: "takes the first", held: [], incoming: assigned(1), want: "take" },
  { name: "takes a newer generation", held: [assigned(1)], incoming: assigned(2), want: "take" },
  { name: "takes the same generation", held: [assigned(2)], incoming: assigned(2), want: "take" },
  { name: "refuses an older generation", held: [assigned(2)], incoming: assigned(1), want: "refuse" },
  { name: "takes a first generation in another environment", held: [assigned(9)], incoming: assigned(1, "staging"), want: "take" },
])("$name", ({ held, incoming, want }) => expect(takeUp(held, [incoming]).map(({ kind }) => kind)).toEqual([want]));

test("no order of assignments lowers a generation", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), (generations) => {
      let held: readonly Assigned[] = [];
      for (const generation of generations) {
        const before = held[0]?.generation ?? 0;
        held = takeUp(held, [assigned(generation)]).map((taken) => (taken.kind === "take" ? taken.assignment : taken.held));
        expect(held[0]!.generation).toBeGreaterThanOrEqual(before);
      }
    }),
  );
});
