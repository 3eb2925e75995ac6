import { canonicalJson, isJsonObject, type Json, parseJson } from "@drover/kit";
import { type FieldsV1, isNothing, ownMember, positionsOf } from "./field-set.ts";

/** As many as an episode names. */
export const maxFieldPaths = 10;

/**
 * The fields of a set as people write them: `.spec.replicas`, `.spec.template.spec.containers[name="app"].image`. A list item
 * that is in the set as a whole is one path.
 */
export function fieldPaths(fields: FieldsV1, limit = maxFieldPaths): readonly string[] {
  const paths: string[] = [];
  collect(fields, "", paths, limit);
  return paths;
}

function collect(fields: FieldsV1, path: string, into: string[], limit: number): void {
  const keys = Object.keys(fields).filter((key) => key !== ".");
  const isItem = path.endsWith("]") && Object.hasOwn(fields, ".");
  if (keys.length === 0 || isItem) {
    if (path !== "") into.push(path);
    return;
  }
  for (const key of keys.sort()) {
    if (into.length >= limit) return;
    collect(fields[key]!, `${path}${step(key)}`, into, limit);
  }
}

function step(key: string): string {
  const rest = key.slice(2);
  if (key.startsWith("f:")) return memberStep(rest);
  if (key.startsWith("i:")) return `[${rest}]`;
  const wanted = parseJson(rest);
  if (key.startsWith("v:") || !isJsonObject(wanted)) return `[=${canonicalJson(wanted)}]`;
  return `[${Object.entries(wanted)
    .map(([name, value]) => `${name}=${canonicalJson(value)}`)
    .join(",")}]`;
}

const memberStep = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

/**
 * Where a live object differs from the manifest at the fields of a set, the order and number of list items included: what
 * ownership does not tell, because nobody took a field over.
 */
export function differingPaths(fields: FieldsV1, wanted: Json, live: Json): readonly string[] {
  const paths: string[] = [];
  compare(fields, wanted, live, "", paths);
  return paths.slice(0, maxFieldPaths);
}

function compare(fields: FieldsV1, wanted: Json | undefined, live: Json | undefined, path: string, into: string[]): void {
  if (into.length >= maxFieldPaths) return;
  if (isNothing(fields)) {
    if (canonicalJson(wanted) !== canonicalJson(live)) into.push(path);
    return;
  }
  const items: string[] = [];
  for (const [key, inner] of Object.entries(fields)) {
    if (key === ".") continue;
    if (key.startsWith("f:")) {
      const name = key.slice(2);
      compare(inner, ownMember(wanted, name), ownMember(live, name), `${path}${memberStep(name)}`, into);
      continue;
    }
    items.push(key);
    const [at] = positionsOf(key, wanted);
    const [now] = positionsOf(key, live);
    if (at === undefined) continue;
    if (now === undefined) into.push(`${path}${step(key)}`);
    else if (!key.startsWith("v:")) compare(inner, (wanted as Json[])[at], (live as Json[])[now], `${path}${step(key)}`, into);
  }
  if (items.length > 0 && orderOf(items, wanted) !== orderOf(items, live)) into.push(path);
}

const orderOf = (keys: readonly string[], list: Json | undefined): string =>
  keys
    .flatMap((key) => positionsOf(key, list).map((position) => ({ key, position })))
    .sort((a, b) => a.position - b.position)
    .map(({ key }) => key)
    .join("\n");
