import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf, type ObjectId } from "../manifest.ts";
import { rankOf } from "./rank.ts";
import type { ObjectReference } from "./reference.ts";
import { orderObjects, type OrderedObject } from "./sync-order.ts";

const id = (kind: string, name: string, group = ""): ObjectId => ({ group, kind, namespace: "shop", name });
const object = (of: ObjectId, wave = 0, dependsOn: readonly ObjectReference[] = []): OrderedObject => ({
  id: of,
  turn: { wave, dependsOn },
});
const names = (objects: readonly OrderedObject[]): unknown =>
  orderObjects(objects).waves.map(({ wave, steps }) => [wave, ...steps.map((step) => step.map(({ key }) => key.split("/").at(-1)))]);

test("goes by wave, then by the rank of the kind", () => {
  const objects = [
    object(id("Deployment", "web", "apps")),
    object(id("ConfigMap", "settings")),
    object(id("Job", "first", "batch"), -1),
    object(id("ConfigMap", "last"), 3),
  ];
  expect(names(objects)).toEqual([
    [-1, ["first"]],
    [0, ["settings"], ["web"]],
    [3, ["last"]],
  ]);
});

test("what an object depends on comes first, whatever their kinds", () => {
  const objects = [
    object(id("ConfigMap", "schema"), 0, [id("Deployment", "db", "apps")]),
    object(id("Deployment", "db", "apps")),
    object(id("ConfigMap", "other")),
  ];
  expect(names(objects)).toEqual([[0, ["other"], ["db"], ["schema"]]]);
});

test.each([
  { name: "a missing target", on: id("Service", "nowhere"), wave: 0, reason: "DependencyMissing" },
  { name: "a target of a later wave", on: id("ConfigMap", "late"), wave: 0, reason: "DependencyInLaterWave" },
  { name: "itself", on: id("ConfigMap", "a"), wave: 0, reason: "DependencyCircle" },
])("an object that depends on $name is refused alone", ({ on, wave, reason }) => {
  const { refused, waves } = orderObjects([object(id("ConfigMap", "a"), wave, [on]), object(id("ConfigMap", "late"), 1)]);
  expect(refused.get(keyOf(id("ConfigMap", "a")))?.reason).toBe(reason);
  expect(refused.size).toBe(1);
  expect(waves.flatMap(({ steps }) => steps).flat()).toHaveLength(1);
});

test("what depends on a circle waits, and only the circle is refused", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => id("ConfigMap", name)) as [ObjectId, ObjectId, ObjectId];
  const { refused, waves } = orderObjects([object(c, 0, [a]), object(a, 0, [b]), object(b, 0, [a])]);
  expect([...refused.keys()].toSorted()).toEqual([keyOf(a), keyOf(b)]);
  expect(refused.get(keyOf(a))?.message).toMatch(/^ConfigMap shop\/(a → ConfigMap shop\/b → ConfigMap shop\/a|b → .*b)$/);
  expect(waves[0]?.steps).toEqual([[{ key: keyOf(c), after: [keyOf(a)] }]]);
});

const kinds = [
  ["", "Namespace"],
  ["", "ConfigMap"],
  ["apps", "Deployment"],
  ["example.com", "Widget"],
  ["apiregistration.k8s.io", "APIService"],
] as const;
const anyObjects = fc
  .uniqueArray(fc.record({ kind: fc.constantFrom(...kinds), name: fc.integer({ min: 0, max: 12 }) }), {
    selector: (one) => JSON.stringify(one),
    maxLength: 20,
  })
  .chain((ids) =>
    fc.tuple(
      ...ids.map(({ kind: [group, kind], name }) =>
        fc.record({ wave: fc.integer({ min: -2, max: 2 }), on: fc.array(fc.nat(ids.length + 1), { maxLength: 3 }) }).map(({ wave, on }) =>
          object(
            id(kind, String(name), group),
            wave,
            on.map((index) => {
              const target = ids[index];
              return target ? id(target.kind[1], String(target.name), target.kind[0]) : id("Secret", "missing");
            }),
          ),
        ),
      ),
    ),
  );

interface Place {
  readonly wave: number;
  readonly index: number;
}

test("for any bundle: every object has one place or one refusal, and the places keep waves, dependencies and ranks", () => {
  fc.assert(
    fc.property(anyObjects, (objects) => {
      const { waves, refused } = orderObjects(objects);
      const places = new Map<string, Place>(
        waves.flatMap(({ wave, steps }) => steps.flatMap((step, index) => step.map(({ key }) => [key, { wave, index }] as const))),
      );
      const byKey = new Map(objects.map((one) => [keyOf(one.id), one]));
      expect(places.size + refused.size).toBe(objects.length);
      expect(waves.map(({ wave }) => wave)).toEqual([...new Set(objects.map(({ turn }) => turn.wave))].toSorted((a, b) => a - b));
      const on = (one: OrderedObject): readonly string[] => one.turn.dependsOn.map((of) => keyOf({ ...of, namespace: "shop" }));
      const isBefore = (a: Place, b: Place): boolean => a.wave < b.wave || (a.wave === b.wave && a.index < b.index);
      const isInOrder = (key: string, place: Place): boolean => {
        const one = byKey.get(key)!;
        const dependencies = on(one).every((other) => refused.has(other) || isBefore(places.get(other)!, place));
        const ranks = [...places].every(([other, its]) => {
          const isFree = on(one).length === 0 && on(byKey.get(other)!).length === 0;
          return !isFree || its.wave !== place.wave || rankOf(byKey.get(other)!.id) >= rankOf(one.id) || isBefore(its, place);
        });
        return one.turn.wave === place.wave && dependencies && ranks;
      };
      expect([...places].filter(([key, place]) => !isInOrder(key, place))).toEqual([]);
    }),
  );
});

test("ten thousand objects that depend on one are ordered at once", () => {
  const objects = Array.from({ length: 10_000 }, (_, index) => object(id("ConfigMap", `c${index}`), 0, [id("Service", "one")]));
  expect(orderObjects([...objects, object(id("Service", "one"))]).waves[0]?.steps).toHaveLength(2);
});

test("a chain of ten thousand is ordered at once", () => {
  const objects = Array.from({ length: 10_000 }, (_, index) =>
    object(id("ConfigMap", `c${index}`), 0, index === 0 ? [] : [id("ConfigMap", `c${index - 1}`)]),
  );
  expect(orderObjects(objects.toReversed()).waves[0]?.steps).toHaveLength(10_000);
});
