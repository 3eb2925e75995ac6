import { isJsonObject, type Json } from "@drover/kit";

/** Some places in an object, as a tree: everything from `whole` on, or the places within a member or list item. */
export type Places = ReadonlyMap<string | number, Places | "whole">;

export const nowhere: Places = new Map();

type Growing = Map<string | number, Growing | "whole">;

/** `locations` are paths of members and list positions, none of them empty. */
export function placesOf(locations: Iterable<readonly (string | number)[]>): Places {
  const root: Growing = new Map();
  for (const location of locations) add(root, location);
  return root;
}

function add(places: Growing, [key, ...rest]: readonly (string | number)[]): void {
  if (key === undefined) return;
  const inner = places.get(key);
  if (inner === "whole") return;
  if (rest.length === 0) places.set(key, "whole");
  else if (inner) add(inner, rest);
  else {
    const made: Growing = new Map();
    places.set(key, made);
    add(made, rest);
  }
}

export function bothPlaces(a: Places, b: Places): Places {
  if (a.size === 0) return b;
  const both = new Map(a);
  for (const [key, inner] of b) {
    const known = both.get(key);
    both.set(key, known === undefined ? inner : known === "whole" || inner === "whole" ? "whole" : bothPlaces(known, inner));
  }
  return both;
}

/** The value without what is at these places. A map or list item of which nothing is left goes with it. */
export function without(value: Json, places: Places): Json {
  if (places.size === 0) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, position) => keep(item, places.get(position)));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]) => keep(inner, places.get(key)).map((rest) => [key, rest] as const));
  return Object.fromEntries(kept);
}

function keep(value: Json, places: Places | "whole" | undefined): readonly Json[] {
  if (places === undefined) return [value];
  if (places === "whole") return [];
  const rest = without(value, places);
  return isEmpty(rest) && !isEmpty(value) ? [] : [rest];
}

const isEmpty = (value: Json): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;
