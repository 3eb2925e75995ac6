import { canonicalJson, isJsonObject, type Json, type JsonObject } from "@drover/kit";

/**
 * A set of field paths, as a tree. Each edge is a key in the server's own notation: `f:name` a field, `k:{"name":"web"}` an item of a
 * keyed list, `v:"x"` an item of a set. A node may be a member itself as well as lead to members.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const noFields: FieldSet = { member: false, children: new Map() };
const leaf: FieldSet = { member: true, children: new Map() };

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0;

export function withPath(set: FieldSet, path: readonly string[]): FieldSet {
  const [key, ...rest] = path;
  if (key === undefined) return { ...set, member: true };
  return { member: set.member, children: new Map(set.children).set(key, withPath(set.children.get(key) ?? noFields, rest)) };
}

export const union = (a: FieldSet, b: FieldSet): FieldSet =>
  combine(a, b, [...a.children.keys(), ...b.children.keys()], (inA, inB) => inA || inB, union);

/** The members of `a` that are not members of `b`. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, a.children.keys(), (inA, inB) => inA && !inB, difference);

export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  combine(a, b, a.children.keys(), (inA, inB) => inA && inB, intersection);

function combine(
  a: FieldSet,
  b: FieldSet,
  keys: Iterable<string>,
  keep: (inA: boolean, inB: boolean) => boolean,
  recurse: (a: FieldSet, b: FieldSet) => FieldSet,
): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const key of keys) {
    const child = recurse(a.children.get(key) ?? noFields, b.children.get(key) ?? noFields);
    if (!isEmpty(child)) children.set(key, child);
  }
  return { member: keep(a.member, b.member), children };
}

export function fromFieldsV1(fields: Json | undefined): FieldSet {
  if (!isJsonObject(fields)) return noFields;
  const names = Object.keys(fields);
  if (names.length === 0) return leaf;
  const children = names.filter((name) => name !== ".").map((name) => [name, fromFieldsV1(fields[name])] as const);
  return { member: Object.hasOwn(fields, "."), children: new Map(children) };
}

export function toFieldsV1(set: FieldSet): JsonObject {
  const names = [...set.children.keys()].sort();
  const children = names.map((name) => [name, toFieldsV1(set.children.get(name) ?? leaf)] as const);
  const self: [string, JsonObject][] = set.member && children.length > 0 ? [[".", {}]] : [];
  return Object.fromEntries([...self, ...children]);
}

/** Every member as the server writes it in a conflict: `.spec.template.spec.containers[name="web"].image`. */
export function fieldPaths(set: FieldSet, prefix = ""): readonly string[] {
  const own = set.member && prefix !== "" ? [prefix] : [];
  return [...own, ...[...set.children].flatMap(([key, child]) => fieldPaths(child, prefix + pathElement(key)))];
}

function pathElement(key: string): string {
  const rest = key.slice(2);
  if (key.startsWith("f:")) return `.${rest}`;
  if (key.startsWith("i:")) return `[${rest}]`;
  if (key.startsWith("v:")) return `[=${rest}]`;
  const parts = Object.entries(JSON.parse(rest) as JsonObject).map(([name, value]) => `${name}=${canonicalJson(value)}`);
  return `[${parts.join(",")}]`;
}
