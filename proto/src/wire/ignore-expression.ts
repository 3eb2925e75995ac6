import { type Json, member } from "@drover/kit";
import { JSONPathEnvironment, type JSONPathQuery } from "json-p3";

/** Where something is in an object: names of members and positions in lists. */
export type Location = readonly (string | number)[];

/** Finds what an expression names in an object; nothing where the object has no such place. */
export type Locate = (object: Json) => readonly Location[];

/** A compiled expression, or why it is none, in words that say what to write instead. */
export type Compiled = { readonly locate: Locate } | { readonly problem: string };

/** What tells one object from another is never left out. */
const identity = [["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "namespace"]];

/** RFC 6901, such as `/spec/template/spec/containers/0/image`. */
export function compileJsonPointer(text: string): Compiled {
  if (!text.startsWith("/")) return { problem: "a JSON pointer begins with /, such as /spec/replicas" };
  if (/~(?![01])/.test(text)) return { problem: "in a JSON pointer ~ is written ~0 and / within a name ~1" };
  const names = text
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (isIdentity(names)) return { problem: "an object's identity cannot be ignored: name fields within metadata, spec or data" };
  return { locate: (object) => walk(object, names) };
}

function walk(object: Json, names: readonly string[]): readonly Location[] {
  const location: (string | number)[] = [];
  let at: Json | undefined = object;
  for (const name of names) {
    const isPosition: boolean = Array.isArray(at) && /^(0|[1-9][0-9]*)$/.test(name);
    const key = isPosition ? Number(name) : name;
    at = isPosition ? (at as readonly Json[])[Number(name)] : member(at, name);
    if (at === undefined) return [];
    location.push(key);
  }
  return [location];
}

// Regular expressions are left out: one that backtracks for ever would stop an agent.
const environment = new JSONPathEnvironment({ maxRecursionDepth: 100 });
environment.functionRegister.delete("match");
environment.functionRegister.delete("search");

/**
 * RFC 9535, without `match` and `search`. One `..` and no `$` within a filter, so that a query costs no more than a few walks
 * through the object, whoever wrote it.
 */
export function compileJsonPath(text: string): Compiled {
  const bare = text.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  if (bare.split("..").length > 2) return { problem: "a JSONPath may have .. once" };
  if (bare.split("$").length > 2) return { problem: "a filter of a JSONPath starts from @, not from $" };
  try {
    const query = environment.compile(text);
    if (query.segments.length === 0) return { problem: "$ alone is the whole object: name fields within it" };
    return { locate: (object) => locations(query, object) };
  } catch (error) {
    return { problem: `no JSONPath (RFC 9535, without match and search): ${error instanceof Error ? error.message : String(error)}` };
  }
}

function locations(query: JSONPathQuery, object: Json): readonly Location[] {
  // The library reads plain values; bigints pass through it as what they are.
  const nodes = query.query(object as Parameters<JSONPathQuery["query"]>[0]).nodes;
  return nodes.map(({ location }) => location).filter((location) => !isIdentity(location));
}

const isIdentity = (location: Location): boolean =>
  identity.some((path) => location.length <= path.length && location.every((key, index) => key === path[index]));
