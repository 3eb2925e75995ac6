import { instant } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeInventory, encodeInventory, type Inventory } from "./inventory.ts";

const text = fc.string({ maxLength: 20 });
const anyItem = fc.record(
  {
    id: fc.record({ group: text, kind: text, namespace: fc.option(fc.string({ minLength: 1 }), { nil: undefined }), name: text }),
    version: text,
    applied: fc.record({
      uid: text,
      desired: text,
      fields: fc.constantFrom('{"f:a":{}}', '{"f:b":{}}', "{}"),
      projection: text,
      resourceVersion: text,
    }),
    episode: fc.record({
      startedAt: fc.nat().map(instant),
      kind: fc.constantFrom("edited" as const, "deleted" as const),
      by: fc.option(text, { nil: undefined }),
      fields: fc.array(text, { maxLength: 2 }),
    }),
  },
  { requiredKeys: ["id", "version"] },
);
const anyInventory = fc.record({
  application: text,
  project: text,
  environment: text,
  generation: fc.nat(),
  user: text,
  bundle: text,
  items: fc.array(anyItem),
}) as fc.Arbitrary<Inventory>;

test("what was stored is what is read", () => {
  fc.assert(
    fc.property(anyInventory, (inventory) => {
      expect(decodeInventory(encodeInventory(inventory))).toEqual(inventory);
    }),
  );
});

test("a finished Job is remembered as finished", () => {
  const applied = { uid: "u", desired: "d", fields: "{}", projection: "p", resourceVersion: "1" };
  const items = [{ id: { group: "batch", kind: "Job", namespace: "a", name: "b" }, version: "v1", applied, finished: true }];
  const inventory = { application: "a", project: "p", environment: "e", generation: 1, user: "", bundle: "b", items };
  expect(decodeInventory(encodeInventory(inventory))).toEqual(inventory);
});
