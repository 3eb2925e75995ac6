import fc from "fast-check";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { claimOwner } from "./claim-owner.ts";
import { grow } from "./grow.ts";

const object = (uid: string, ...owners: readonly string[]): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: uid, namespace: "shop", uid, ownerReferences: owners.map((owner) => ({ uid: owner })) },
});

test("what belongs to an object hangs under it, at any depth and in any order of the lists", () => {
  const { grown, truncated } = grow(
    ["deployment", undefined, "job"],
    [object("pod", "set"), object("set", "deployment"), object("foreign", "x")],
    10,
  );
  expect(grown.map(({ object: { metadata }, parent }) => [metadata.name, parent])).toEqual([
    ["set", 0],
    ["pod", 3],
  ]);
  expect(truncated).toBe(false);
});

test("objects that own each other in a circle come once", () => {
  expect(grow(["root"], [object("a", "b", "root"), object("b", "a")], 10).grown).toHaveLength(2);
});

const uids = fc.constantFrom("r0", "r1", "a", "b", "c", "d", "e");

test("whatever the owner references, owners come first, nothing comes twice, and there are never too many", () => {
  const objects = fc.array(fc.tuple(uids, fc.array(uids, { maxLength: 3 })).map(([uid, owners]) => object(uid, ...owners)));
  fc.assert(
    fc.property(objects, fc.nat({ max: 6 }), (found, atMost) => {
      const { grown, truncated } = grow(["r0", "r1"], found, atMost);
      const names = grown.map(({ object: { metadata } }) => metadata.name);
      expect(new Set(names).size).toBe(names.length);
      expect(grown.length).toBeLessThanOrEqual(atMost);
      expect(truncated && grown.length < atMost).toBe(false);
      for (const [place, { parent }] of grown.entries()) expect(parent).toBeLessThan(2 + place);
    }),
  );
});

test.each([
  { name: "data-db-0", owner: "db" },
  { name: "data-my-db-12", owner: "my-db" },
  { name: "data-db", owner: undefined },
  { name: "data-other-0", owner: undefined },
])("the claim $name was made for $owner", ({ name, owner }) => {
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace: "shop" } };
  const sets = ["db", "my-db"].map((set) => ({ group: "apps", kind: "StatefulSet", namespace: "shop", name: set }));
  expect(claimOwner(claim, sets)?.name).toBe(owner);
});
