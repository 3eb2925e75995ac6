import { DroverError } from "@drover/kit";
import type { Operand, Operator, Path, Step } from "./path.ts";

/** A path as kubectl takes it: `.items[*].name`, `$.a['b.c']`, `..name`, `.list[?(@.state=="Failed")].cluster`, `.a\.b`. */
export function parsePath(text: string): Path {
  const source = new Source(text);
  const path = readPath(source);
  if (!source.isAtEnd()) source.fail("what follows is no step of a path");
  return path;
}

function readPath(source: Source): Path {
  const root = source.skip("$");
  if (!root) source.skip("@");
  const steps: Step[] = [];
  for (;;) {
    if (source.skip("..")) {
      steps.push({ kind: "descend" });
      if (!source.startsWith("[")) steps.push(readName(source));
    } else if (source.skip(".")) {
      if (source.isAtEnd() || source.startsWith("[")) continue;
      steps.push(readName(source));
    } else if (source.skip("[")) steps.push(readBracket(source));
    else if (steps.length === 0 && source.startsWithName()) steps.push(readName(source));
    else return { root, steps };
  }
}

function readName(source: Source): Step {
  if (source.skip("*")) return { kind: "wildcard" };
  const name = source.take(/^(?:\\.|[^\s.[\]{}()=!<>,'"\\])+/);
  if (name === undefined) return source.fail("a name is missing");
  return { kind: "field", names: [name.replace(/\\(.)/g, "$1")] };
}

function readBracket(source: Source): Step {
  const step = readInner(source);
  if (!source.skip("]")) source.fail("a ] is missing");
  return step;
}

function readInner(source: Source): Step {
  if (source.skip("*")) return { kind: "wildcard" };
  if (source.skip("?(")) return readFilter(source);
  const slice = source.take(/^-?\d*:-?\d*(?::\d+)?/);
  if (slice !== undefined) return sliceOf(slice);
  const indexes = source.take(/^-?\d+(?:,-?\d+)*/);
  if (indexes !== undefined) return { kind: "indexes", indexes: indexes.split(",").map(Number) };
  const names: string[] = [];
  do {
    const name = readQuoted(source);
    if (name === undefined) return source.fail("an index, a slice, a name in quotes, * or a filter is missing");
    names.push(name);
  } while (source.skip(","));
  return { kind: "field", names };
}

function sliceOf(text: string): Step {
  const [from = "", to = "", by = ""] = text.split(":");
  return { kind: "slice", ...(from && { from: Number(from) }), ...(to && { to: Number(to) }), by: Math.max(1, Number(by || 1)) };
}

function readFilter(source: Source): Step {
  const left = readOperand(source);
  const operator = source.take(/^\s*(?:==|!=|<=|>=|<|>)\s*/)?.trim() as Operator | undefined;
  const right = operator === undefined ? undefined : readOperand(source);
  if (!source.skip(")")) source.fail('a filter looks like ?(@.state=="Failed")');
  return { kind: "filter", left, ...(operator !== undefined && right !== undefined && { test: { operator, right } }) };
}

function readOperand(source: Source): Operand {
  source.take(/^\s+/);
  if (source.startsWith("@") || source.startsWith("$")) return { path: readPath(source) };
  const quoted = readQuoted(source);
  if (quoted !== undefined) return { value: quoted };
  const word = source.take(/^[-\w.]+/);
  if (word === undefined) return source.fail("a filter compares @.a.path with a value");
  return { value: word === "true" ? true : word === "false" ? false : Number.isNaN(Number(word)) ? word : Number(word) };
}

const readQuoted = (source: Source): string | undefined =>
  source
    .take(/^(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")/)
    ?.slice(1, -1)
    .replace(/\\(.)/g, "$1");

/** What is left of a text while it is read. */
class Source {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd = (): boolean => this.#place === this.#text.length;
  startsWith = (text: string): boolean => this.#text.startsWith(text, this.#place);
  startsWithName = (): boolean => /^[\w*]/.test(this.#text.slice(this.#place));

  skip(text: string): boolean {
    const found = this.startsWith(text);
    if (found) this.#place += text.length;
    return found;
  }

  take(pattern: RegExp): string | undefined {
    const [found] = pattern.exec(this.#text.slice(this.#place)) ?? [];
    this.#place += found?.length ?? 0;
    return found;
  }

  fail(what: string): never {
    const place = this.#text.slice(this.#place, this.#place + 20) || "its end";
    throw new DroverError("invalid", "JSONPATH_INVALID", `read JSONPath ${this.#text}: at ${place}: ${what}`);
  }
}
