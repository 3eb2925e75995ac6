import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser, visit } from "yaml";

/** Bytes and nesting of one fleet file: far above anything a person writes, far below what hurts. */
export const fleetFileLimits = { bytes: 1024 * 1024, depth: 64 } as const;

export type KeyPath = readonly (string | number)[];

/** Counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface FleetYaml {
  readonly document: Document.Parsed;
  readonly value: unknown;
  /** Where the value at a path is, or its key; the nearest thing around it when it is absent. */
  locate(path: KeyPath, what?: "key" | "value"): Position;
}

export interface YamlFault extends Position {
  readonly code: "FLEET_FILE_TOO_LARGE" | "FLEET_FILE_TOO_DEEP" | "FLEET_FILE_YAML" | "FLEET_FILE_ALIAS";
  readonly message: string;
}

/** YAML 1.2 (core schema) without aliases, tags of one's own, or keys that are no text: what a fleet file needs and nothing that surprises. */
export function readFleetYaml(text: string): FleetYaml | readonly YamlFault[] {
  const start = { line: 1, column: 1 };
  if (new TextEncoder().encode(text).length > fleetFileLimits.bytes)
    return [{ ...start, code: "FLEET_FILE_TOO_LARGE", message: `the file is larger than ${fleetFileLimits.bytes} bytes: split it` }];
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? start : { line, column: col };
  };
  const tokens = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  // The parser keeps its own stack; the composer after it recurses. So depth is judged here, at the token that goes too deep.
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > fleetFileLimits.depth + stackBase)
      return [
        {
          ...at(parser.offset),
          code: "FLEET_FILE_TOO_DEEP",
          message: `nesting is deeper than ${fleetFileLimits.depth} levels: flatten it`,
        },
      ];
  }
  tokens.push(...parser.end());
  const [document, second] = new Composer({ ...readOptions, lineCounter: lines }).compose(tokens, true, text.length);
  if (document === undefined) return [{ ...start, code: "FLEET_FILE_YAML", message: "the file is empty" }];
  if (second !== undefined)
    return [{ ...at(second.range[0]), code: "FLEET_FILE_YAML", message: "a fleet file holds one document: remove the second one" }];
  const faults = faultsOf(document, at);
  if (faults.length > 0) return faults;
  return { document, value: document.toJS({ maxAliasCount: 0 }), locate: (path, what) => at(offsetOf(document, path, what)) };
}

/** The parser's stack holds the document itself and the scalar that is being read. */
const stackBase = 2;

/** The same for reading and editing. */
export const readOptions = {
  version: "1.2",
  schema: "core",
  uniqueKeys: true,
  stringKeys: true,
  strict: true,
  merge: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

function faultsOf(document: Document.Parsed, at: (offset: number) => Position): readonly YamlFault[] {
  const faults: YamlFault[] = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    code: "FLEET_FILE_YAML",
    message: error.code === "DUPLICATE_KEY" ? "this key is there already: keep one of them" : firstLine(error.message),
  }));
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) faults.push({ ...at(startOf(node)), code: "FLEET_FILE_ALIAS", message: "aliases are not read: repeat the value" });
      if (isScalar(node) && isInexact(node.value, node.source))
        faults.push({
          ...at(startOf(node)),
          code: "FLEET_FILE_YAML",
          message: "the number has more digits than can be kept: write it in quotes",
        });
    },
  });
  return faults.slice(0, mostFaults);
}

/** One file's problems that are listed; the rest show when these are mended. */
const mostFaults = 20;

const isInexact = (value: unknown, source: string | undefined): boolean =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source ?? "");

const firstLine = (text: string): string => {
  const line = text.split("\n", 1)[0] ?? "";
  return line.charAt(0).toLowerCase() + line.slice(1);
};

function offsetOf(document: Document.Parsed, path: KeyPath, what: "key" | "value" = "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, key] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      const wantsKey = what === "key" && index === path.length - 1;
      offset = wantsKey || !hasText(pair.value) ? startOf(pair.key) : startOf(pair.value);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) || offset;
    } else return offset;
  }
  return offset;
}

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/** A key without a value is better shown at the key. */
const hasText = (node: unknown): boolean => !isScalar(node) || (node.range != null && node.range[1] > node.range[0]);
