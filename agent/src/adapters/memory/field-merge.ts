import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject, member } from "@drover/kit";
import { type FieldSet, noFields, union, withPath } from "./field-set.ts";
import { mergedOrder } from "./list-order.ts";
import { itemKey, itemsByKey, type Shape, type ShapeOf } from "./field-shape.ts";

// The four walks of server-side apply over plain JSON. Objects are rebuilt with Object.fromEntries, which stores a key
// such as `__proto__` like any other.

/** What a manager owns that applies exactly `value`. */
export function fieldsOf(shapeOf: ShapeOf, value: Json, path: readonly string[] = []): FieldSet {
  const shape = shapeOf(path, value);
  if (shape.kind === "whole") return { member: true, children: new Map() };
  if (shape.kind === "map") {
    const entries = Object.entries(value as JsonObject);
    const children = entries.map(([key, inner]) => [`f:${key}`, fieldsOf(shapeOf, inner, [...path, key])] as const);
    // An empty list with keys owns nothing, and so does what holds nothing else; an empty map owns itself.
    return {
      member: entries.length === 0 && path.length > 0,
      children: new Map(children.filter(([, child]) => child.member || child.children.size > 0)),
    };
  }
  const items = [...itemsByKey(shape, value as readonly Json[])];
  return {
    member: false,
    children: new Map(
      items.map(([key, [item]]) => [
        key,
        { member: true, children: shape.kind === "set" ? new Map() : fieldsOf(shapeOf, item ?? null, path).children },
      ]),
    ),
  };
}

/** `live` with everything that `applied` states. */
export function merge(shapeOf: ShapeOf, live: Json | undefined, applied: Json, path: readonly string[] = []): Json {
  const shape = shapeOf(path, applied);
  if (shape.kind === "map" && isJsonObject(live)) {
    const changed = Object.entries(applied as JsonObject).map(
      ([key, inner]) => [key, merge(shapeOf, member(live, key), inner, [...path, key])] as const,
    );
    return Object.fromEntries([...Object.entries(live), ...changed]);
  }
  if ((shape.kind === "keyed" || shape.kind === "set") && Array.isArray(live)) {
    return mergeList(shapeOf, shape, live as readonly Json[], applied as readonly Json[], path);
  }
  return applied;
}

function mergeList(shapeOf: ShapeOf, shape: Shape, live: readonly Json[], applied: readonly Json[], path: readonly string[]): Json {
  const keysOf = (items: readonly Json[]): readonly string[] => items.map((item, index) => itemKey(shape, item) ?? `i:${index}`);
  const liveKeys = keysOf(live);
  const appliedKeys = keysOf(applied);
  return mergedOrder(liveKeys, appliedKeys).map(({ from, index }) => {
    if (from === "live") return live[index] ?? null;
    const before = live[liveKeys.indexOf(appliedKeys[index] ?? "")];
    return mergeItem(shapeOf, before, applied[index] ?? null, path);
  });
}

const mergeItem = (shapeOf: ShapeOf, live: Json | undefined, applied: Json, path: readonly string[]): Json =>
  isJsonObject(live) && isJsonObject(applied)
    ? Object.fromEntries([
        ...Object.entries(live),
        ...Object.entries(applied).map(([key, inner]) => [key, merge(shapeOf, member(live, key), inner, [...path, key])] as const),
      ])
    : applied;

/** `value` without what `last` named and nobody in `owned` names any more. */
export function prune(shapeOf: ShapeOf, value: Json, last: FieldSet, owned: FieldSet, path: readonly string[] = []): Json {
  const shape = shapeOf(path, value);
  if (shape.kind === "whole") return value;
  if (shape.kind === "map") return pruneFields(shapeOf, value as JsonObject, last, owned, path, []);
  const kept = (value as readonly Json[]).flatMap((item, position): readonly Json[] => {
    const key = itemKey(shape, item) ?? `i:${position}`;
    const lastItem = last.children.get(key);
    const ownedItem = owned.children.get(key);
    if (lastItem === undefined) return [item];
    // Who owns fields of an item but not the item itself cannot keep it.
    if (ownedItem?.member !== true) return [];
    return [isJsonObject(item) && shape.kind === "keyed" ? pruneFields(shapeOf, item, lastItem, ownedItem, path, shape.keys) : item];
  });
  return kept;
}

function pruneFields(
  shapeOf: ShapeOf,
  value: JsonObject,
  last: FieldSet,
  owned: FieldSet,
  path: readonly string[],
  keys: readonly string[],
): JsonObject {
  const kept = Object.entries(value).flatMap(([name, inner]): readonly (readonly [string, Json])[] => {
    const lastField = last.children.get(`f:${name}`);
    const ownedField = owned.children.get(`f:${name}`);
    if (lastField === undefined || keys.includes(name)) return [[name, inner]];
    if (ownedField === undefined) return [];
    return [[name, prune(shapeOf, inner, lastField, ownedField, [...path, name])]];
  });
  return Object.fromEntries(kept);
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Which fields differ between two forms of one object. */
export function compare(shapeOf: ShapeOf, before: Json, after: Json): Comparison {
  let added = noFields;
  let modified = noFields;
  let removed = noFields;
  const whole = (value: Json, path: readonly string[], at: readonly string[]): FieldSet =>
    union(withPath(noFields, at), placed(everyNode(fieldsOf(shapeOf, value, path)), at));

  const walk = (old: Json | undefined, now: Json | undefined, path: readonly string[], at: readonly string[]): void => {
    if (isDeepStrictEqual(old, now)) return;
    if (old === undefined && now !== undefined) added = union(added, whole(now, path, at));
    else if (now === undefined && old !== undefined) removed = union(removed, whole(old, path, at));
    else if (old !== undefined && now !== undefined) walkBoth(old, now, path, at);
  };
  const walkBoth = (old: Json, now: Json, path: readonly string[], at: readonly string[]): void => {
    const shape = shapeOf(path, now);
    if (shape.kind === "map" && isJsonObject(old)) walkFields(old, now as JsonObject, path, at);
    else if (shape.kind !== "whole" && shape.kind !== "map" && Array.isArray(old)) {
      const olds = itemsByKey(shape, old as readonly Json[]);
      const nows = itemsByKey(shape, now as readonly Json[]);
      for (const key of new Set([...olds.keys(), ...nows.keys()])) walkItem(olds.get(key) ?? [], nows.get(key) ?? [], path, [...at, key]);
    } else modified = union(modified, withPath(noFields, at));
  };
  const walkItem = (old: readonly Json[], now: readonly Json[], path: readonly string[], at: readonly string[]): void => {
    if (isDeepStrictEqual(old, now)) return;
    const [oldItem, ...moreOld] = old;
    const [nowItem, ...moreNow] = now;
    if (moreOld.length > 0 || moreNow.length > 0) modified = union(modified, withPath(noFields, at));
    else if (isJsonObject(oldItem) && isJsonObject(nowItem)) walkFields(oldItem, nowItem, path, at);
    else if (nowItem !== undefined) added = union(added, wholeItem(nowItem, path, at));
    else if (oldItem !== undefined) removed = union(removed, wholeItem(oldItem, path, at));
  };
  const wholeItem = (item: Json, path: readonly string[], at: readonly string[]): FieldSet =>
    isJsonObject(item) ? whole(item, path, at) : withPath(noFields, at);
  const walkFields = (old: JsonObject, now: JsonObject, path: readonly string[], at: readonly string[]): void => {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
      walk(member(old, key), member(now, key), [...path, key], [...at, `f:${key}`]);
  };
  walk(before, after, [], []);
  return { added, modified, removed };
}

/** What comes or goes as a whole does so with the maps and lists on the way. */
const everyNode = ({ children }: FieldSet): FieldSet => ({
  member: true,
  children: new Map([...children].map(([key, child]) => [key, everyNode(child)])),
});

function placed(set: FieldSet, at: readonly string[]): FieldSet {
  return [...at].reverse().reduce<FieldSet>((inner, key) => ({ member: false, children: new Map([[key, inner]]) }), set);
}
