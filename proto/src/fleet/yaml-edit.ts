import { DroverError, canonicalJson } from "@drover/kit";
import { type Document, isMap, isScalar, isSeq, parseDocument, Scalar, stringify, type YAMLMap } from "yaml";
import { readOptions } from "./fleet-yaml.ts";
import { columnOf, endOf, lineBreakOf, lineEnd, startOf } from "./yaml-places.ts";

type Text = string | number | boolean;

/**
 * Sets one scalar of a YAML text and leaves every other line as it is: the place is found through the Document, the text is cut there.
 * The result is read again; where cutting is not enough (unusual layouts), the Document writes the text, which keeps comments but may
 * change white space. Throws `wrong-state` FLEET_FILE_NOT_EDITABLE when the text is no YAML map.
 */
export function setScalar(text: string, path: readonly string[], value: Text): string {
  const document = editable(text);
  if (document.hasIn(path) && document.getIn(path) === value) return text;
  const cut = document.contents === null ? appended(text, path, value) : spliceSet(text, document, path, value);
  const written = editable(text);
  if (written.contents === null) written.contents = written.createNode({}) as never;
  written.setIn(path, value);
  return checked(cut, written);
}

/** Removes one key, and the maps around it that become empty. Undefined when nothing is left of the file. */
export function removeKey(text: string, path: readonly string[]): string | undefined {
  const document = editable(text);
  if (!document.hasIn(path)) return text;
  const [outermost, ...more] = path;
  const parent = document.getIn(path.slice(0, -1));
  if (isMap(parent) && parent.items.length === 1)
    return outermost !== undefined && more.length > 0 ? removeKey(text, path.slice(0, -1)) : undefined;
  const cut = spliceRemove(text, document, path);
  const written = editable(text);
  written.deleteIn(path);
  return checked(cut, written);
}

/** Adds an item to the list under a key of the whole file; comments stay. */
export function appendItem(text: string, key: string, item: Readonly<Record<string, Text>>): string {
  const document = editable(text);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  if (isSeq(document.get(key))) document.addIn([key], document.createNode(item));
  else document.set(key, document.createNode([item]));
  return wholeText(document);
}

/** Removes items of the list under a key. Undefined when nothing is left of the file. */
export function removeItems(text: string, key: string, isOut: (item: unknown) => boolean): string | undefined {
  const document = editable(text);
  const list = document.get(key);
  if (!isSeq(list)) return text;
  const kept = list.items.filter((item) => !isOut(isMap(item) ? item.toJSON() : item));
  if (kept.length === list.items.length) return text;
  if (kept.length === 0) return removeKey(text, [key]);
  list.items = kept;
  return wholeText(document);
}

export const wholeText = (document: Document): string => document.toString({ lineWidth: 0 });

export function editable(text: string): Document.Parsed {
  const document = parseDocument(text, readOptions);
  const isMapOrEmpty = document.contents === null || isMap(document.contents) || isEmptyScalar(document.contents);
  if (document.errors.length > 0 || !isMapOrEmpty)
    throw new DroverError("wrong-state", "FLEET_FILE_NOT_EDITABLE", "edit fleet file: it is no valid YAML map; correct it by hand first");
  if (isEmptyScalar(document.contents)) document.contents = null;
  return document;
}

const isEmptyScalar = (node: unknown): boolean => isScalar(node) && node.value === null;

/** The cut text when it means what the Document says, otherwise the Document's own text. */
export function checked(cut: string | undefined, written: Document.Parsed): string {
  if (cut !== undefined && means(cut, written)) return cut;
  const whole = written.toString({ lineWidth: 0 });
  if (means(whole, written)) return whole;
  throw new DroverError("wrong-state", "FLEET_FILE_NOT_EDITABLE", "edit fleet file: its layout cannot be kept; make the change by hand");
}

function means(text: string, expected: Document.Parsed): boolean {
  const document = parseDocument(text, readOptions);
  return document.errors.length === 0 && canonicalJson(document.toJS()) === canonicalJson(expected.toJS());
}

/** The text of a scalar that both YAML 1.2 and 1.1 read as this very value. */
export function scalarText(value: Text, like?: Scalar): string {
  const quoted = like?.type === Scalar.QUOTE_DOUBLE || like?.type === Scalar.QUOTE_SINGLE ? like.type : undefined;
  return stringify(value, {
    compat: "yaml-1.1",
    lineWidth: 0,
    blockQuote: false,
    ...(quoted === undefined || typeof value !== "string" ? {} : { defaultStringType: quoted }),
  }).trimEnd();
}

function spliceSet(text: string, document: Document.Parsed, path: readonly string[], value: Text): string | undefined {
  const existing = document.getIn(path, true);
  if (isScalar(existing) && existing.range && existing.range[1] > existing.range[0]) {
    const [start, end] = existing.range;
    // A block scalar's range takes in its last line break.
    return text.slice(0, start) + scalarText(value, existing) + (text[end - 1] === "\n" ? lineBreakOf(text) : "") + text.slice(end);
  }
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const around = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isMap(around)) return insertInto(text, around, path.slice(depth), value);
  }
  return undefined;
}

/** Appends a member behind the map's last one. */
function insertInto(text: string, map: YAMLMap, path: readonly string[], value: Text): string | undefined {
  const last = map.items.at(-1);
  if (map.flow) return insertIntoFlow(text, map, path, value);
  return last && insertLines(text, lineEnd(text, endOf(last)), columnOf(text, startOf(last)), path, value);
}

/** Within braces. Where keys are quoted the file may be meant as JSON, and stays JSON. */
function insertIntoFlow(text: string, map: YAMLMap, path: readonly string[], value: Text): string | undefined {
  const last = map.items.at(-1);
  const isJson = (last?.key as Scalar | undefined)?.type === Scalar.QUOTE_DOUBLE;
  const word = (part: Text): string => (isJson ? JSON.stringify(part) : scalarText(part));
  const [outer = "", ...inner] = path;
  const inBraces = inner.reduceRight((member, key) => `{ ${word(key)}: ${member} }`, word(value));
  const member = `${word(outer)}: ${inBraces}`;
  if (last !== undefined) return text.slice(0, endOf(last)) + `, ${member}` + text.slice(endOf(last));
  return map.range ? `${text.slice(0, map.range[0])}{ ${member} }${text.slice(map.range[1])}` : undefined;
}

const appended = (text: string, path: readonly string[], value: Text): string => insertLines(text, text.length, 0, path, value);

function insertLines(text: string, at: number, indent: number, path: readonly string[], value: Text): string {
  const eol = lineBreakOf(text);
  const lines = path.map((key, depth) => {
    const isLast = depth === path.length - 1;
    return `${" ".repeat(indent + 2 * depth)}${scalarText(key)}:${isLast ? ` ${scalarText(value)}` : ""}${eol}`;
  });
  const before = text.slice(0, at);
  return before + (before === "" || before.endsWith("\n") ? "" : eol) + lines.join("") + text.slice(at);
}

/** Takes out the lines of one member; comments stay, they may be about its neighbours. */
function spliceRemove(text: string, document: Document.Parsed, path: readonly string[]): string | undefined {
  const map = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const pair = isMap(map) && !map.flow ? map.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1)) : undefined;
  if (pair === undefined) return undefined;
  const start = startOf(pair);
  return text.slice(0, start - columnOf(text, start)) + text.slice(lineEnd(text, endOf(pair)));
}
