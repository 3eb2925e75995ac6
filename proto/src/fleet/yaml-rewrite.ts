import { canonicalJson } from "@drover/kit";
import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, stringify, type YAMLMap, type YAMLSeq } from "yaml";
import { alignItems } from "./align-items.ts";
import { checked, editable, scalarText } from "./yaml-edit.ts";
import { columnOf, endOf, endOfNode, lineBreakOf, lineEnd, startOf } from "./yaml-places.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * Makes a YAML map say exactly `value`, changing the fewest lines: what says the same stays as it stands, with its comments and quotes.
 * Where cutting the text is not enough (unusual layouts), whole members at the top are written anew. Throws `wrong-state`
 * FLEET_FILE_NOT_EDITABLE when the text is no YAML map.
 */
export function rewriteYaml(text: string, value: Members): string {
  const document = editable(text);
  const before = (document.toJS() ?? {}) as Members;
  if (canonicalJson(before) === canonicalJson(value)) return text;
  const written = editable(text);
  if (written.contents === null) written.contents = written.createNode({}) as never;
  for (const key of Object.keys(before)) if (!has(value, key)) written.delete(key);
  for (const [key, member] of Object.entries(value))
    if (!has(before, key) || canonicalJson(before[key]) !== canonicalJson(member)) written.set(key, written.createNode(member));
  return checked(cutText(text, document.contents, value), written);
}

/** A part of the text, and what comes in its place. */
interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Undefined where the layout does not allow cuts. */
function cutText(given: string, contents: Node | null, value: Members): string | undefined {
  const text = given === "" || given.endsWith("\n") ? given : given + lineBreakOf(given);
  const cuts = isMap(contents) ? mapCuts(text, contents, value) : [insertion(text, text.length, blockText(value))];
  if (cuts === undefined) return undefined;
  let [cut, at] = ["", 0];
  for (const { start, end, text: put } of cuts.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) return undefined;
    cut += text.slice(at, start) + put;
    at = end;
  }
  cut += text.slice(at);
  // A block map without members is nothing at all, which is no map.
  return Object.keys(value).length === 0 && isMap(contents) && contents.flow !== true ? `${cut}{}${lineBreakOf(text)}` : cut;
}

type Cuts = readonly Cut[] | undefined;

const together = (parts: readonly Cuts[]): Cuts => (parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []));

function mapCuts(text: string, map: YAMLMap, value: Members): Cuts {
  const pairs = map.items as readonly Pair<unknown, unknown>[];
  const names = new Set(pairs.map(nameOf));
  const added = Object.entries(value).filter(([key]) => !names.has(key));
  const removed = pairs.filter((pair) => !has(value, nameOf(pair)));
  const changed = pairs.filter((pair) => has(value, nameOf(pair)) && !saysSame(pair.value, value[nameOf(pair)]));
  const last = pairs.at(-1);
  if (map.flow === true || last === undefined) {
    if (added.length + removed.length > 0) return nodeCut(text, map, value);
    return together(changed.map((pair) => flowCuts(text, pair, value[nameOf(pair)])));
  }
  // The dash of a list's item stands before its first member.
  const first = pairs[0] as Pair;
  if (removed.includes(first) && !beginsLine(text, startOf(first))) return undefined;
  const column = columnOf(text, startOf(first));
  const additions = added.map(([key, member]) => shifted(blockText({ [key]: member }), column, "all"));
  return together([
    removed.map((pair) => lines(text, startOf(pair), endOf(pair))),
    ...changed.map((pair) => pairCuts(text, pair, value[nameOf(pair)])),
    additions.length === 0 ? [] : [insertion(text, lineEnd(text, endOf(last)), additions.join(""))],
  ]);
}

function pairCuts(text: string, pair: Pair, value: unknown): Cuts {
  const node = pair.value;
  const inside = insideCuts(text, node, value);
  if (inside !== undefined) return inside;
  const put = shifted(blockText({ [nameOf(pair)]: value }), columnOf(text, startOf(pair)), "but the first");
  return [{ start: startOf(pair), end: lineEnd(text, endOf(pair)), text: withBreaksOf(text, put) }];
}

/** The cuts within a value that stays of its kind: a scalar, a map or a list. */
function insideCuts(text: string, node: unknown, value: unknown): Cuts {
  if (isScalar(node) && isScalarValue(value)) return scalarCut(text, node, value);
  if (isMap(node) && isMembers(value) && Object.keys(value).length > 0) return mapCuts(text, node, value);
  if (isSeq(node) && Array.isArray(value) && value.length > 0)
    return node.flow === true ? nodeCut(text, node, value) : seqCuts(text, node, value);
  return undefined;
}

/** Within braces there are no lines of one's own: what is not a scalar is written anew. */
const flowCuts = (text: string, { value: node }: Pair, value: unknown): Cuts =>
  (isScalar(node) || isMap(node) ? insideCuts(text, node, value) : undefined) ?? nodeCut(text, node, value);

function scalarCut(text: string, node: Scalar, value: string | number | boolean): Cuts {
  const [start, end] = node.range ?? [0, 0];
  if (end <= start || node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) return undefined;
  return [{ start, end, text: scalarText(value, node) }];
}

function nodeCut(text: string, node: unknown, value: unknown): Cuts {
  const [start, end] = (node as Node | null)?.range ?? [0, 0];
  if (end <= start) return undefined;
  const isJson = isMap(node) && (node.items[0]?.key as Scalar | undefined)?.type === Scalar.QUOTE_DOUBLE;
  const put = isJson ? JSON.stringify(value) : stringify(value, { ...style, collectionStyle: "flow" }).trimEnd();
  return put.includes("\n") || text.slice(start, end).endsWith("\n") ? undefined : [{ start, end, text: put }];
}

function seqCuts(text: string, seq: YAMLSeq, value: readonly unknown[]): Cuts {
  const items = seq.items;
  const dashes = items.map((item) => dashOf(text, item));
  const column = columnOf(text, dashes[0] ?? 0);
  if (dashes.some((dash) => dash === undefined || !beginsLine(text, dash) || columnOf(text, dash) !== column)) return undefined;
  const itemText = (item: unknown): string => shifted(`- ${shifted(blockText(item), 2, "but the first")}`, column, "all");
  const lineOf = (index: number): number => (dashes[index] as number) - column;
  const endOfItem = (index: number): number => (index < 0 ? lineOf(0) : lineEnd(text, endOfNode(items[index])));

  return together(
    alignItems(
      items.map((item) => canonicalJson((item as Node).toJSON())),
      value.map(canonicalJson),
    ).map((run): Cuts => {
      if (run.kind === "kept") return [];
      const [[from, to], [first, end]] = [run.before, run.after];
      const both = Math.min(to - from, end - first);
      const changed = Array.from({ length: both }, (_none, at): Cuts => {
        const inside = insideCuts(text, items[from + at], value[first + at]);
        return inside ?? [{ start: lineOf(from + at), end: endOfItem(from + at), text: withBreaksOf(text, itemText(value[first + at])) }];
      });
      const gone = Array.from({ length: to - from - both }, (_none, at): Cuts => [
        { start: lineOf(from + both + at), end: endOfItem(from + both + at), text: "" },
      ]);
      const come = value.slice(first + both, end).map(itemText);
      return together([...changed, ...gone, come.length === 0 ? [] : [insertion(text, endOfItem(to - 1), come.join(""))]]);
    }),
  );
}

/** Where the item's dash stands; undefined when something else than white space is between them. */
function dashOf(text: string, item: unknown): number | undefined {
  const start =
    isMap(item) && item.flow !== true && item.items[0] !== undefined ? startOf(item.items[0]) : (item as Node | null)?.range?.[0];
  if (start === undefined) return undefined;
  const before = text.slice(0, start).trimEnd();
  return before.endsWith("-") ? before.length - 1 : undefined;
}

const style = { compat: "yaml-1.1", lineWidth: 0 } as const;
const blockText = (value: unknown): string => stringify(value, style);

const insertion = (text: string, at: number, put: string): Cut => ({ start: at, end: at, text: withBreaksOf(text, put) });
const lines = (text: string, start: number, end: number): Cut => ({
  start: start - columnOf(text, start),
  end: lineEnd(text, end),
  text: "",
});

const shifted = (block: string, by: number, which: "all" | "but the first"): string =>
  block.replace(which === "all" ? /^(?=.)/gm : /(?<=\n)(?=.)/g, " ".repeat(by));

const withBreaksOf = (text: string, put: string): string => (lineBreakOf(text) === "\n" ? put : put.replaceAll("\n", "\r\n"));

const beginsLine = (text: string, offset: number): boolean => text.slice(offset - columnOf(text, offset), offset).trim() === "";
const nameOf = ({ key }: Pair): string => String((key as Scalar).value);
const saysSame = (node: unknown, value: unknown): boolean =>
  canonicalJson((node as Node | null)?.toJSON() ?? null) === canonicalJson(value);
const has = (value: Members, key: string): boolean => Object.hasOwn(value, key);
const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);
const isScalarValue = (value: unknown): value is string | number | boolean => ["string", "number", "boolean"].includes(typeof value);
