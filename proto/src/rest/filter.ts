import { DroverError } from "@drover/kit";

/** A condition on the fields of a list's items, a subset of AIP-160. Values are text until a list that knows the field reads them. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly terms: readonly Filter[] }
  | { readonly kind: "not"; readonly term: Filter }
  | Comparison;

export interface Comparison {
  readonly kind: "compare";
  readonly field: string;
  /** `:` is "contains", or with the value `*` "is there". */
  readonly operator: (typeof operators)[number];
  readonly value: string;
  /** Of the field in its text, from 1. */
  readonly position: number;
}

/** Longest first, as they are looked for. */
const operators = ["!=", "<=", ">=", "=", "<", ">", ":"] as const;

export const maxFilterLength = 2000;
const maxComparisons = 50;
const maxDepth = 16;

const blank = /\s*/y;
const fieldName = /[A-Za-z][A-Za-z0-9]*/y;
const bareValue = /[^\s()"'=<>!]+/y;
const quotedValue = /"((?:[^"\\]|\\["\\])*)"|'((?:[^'\\]|\\['\\])*)'/y;

/**
 * Reads `state = "Offline" AND name : "eu-"`. AND and OR side by side need parentheses: AIP-160 binds OR more tightly, SQL and most people
 * AND. Throws `invalid` FILTER_INVALID with the position, and nothing else.
 */
export function parseFilter(text: string): Filter {
  if (text.length > maxFilterLength) throw invalid(maxFilterLength, `it is longer than ${maxFilterLength} characters`);
  let at = 0;
  let comparisons = 0;

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    blank.lastIndex = at;
    blank.exec(text);
    pattern.lastIndex = blank.lastIndex;
    const found = pattern.exec(text) ?? undefined;
    at = found === undefined ? at : pattern.lastIndex;
    return found;
  };

  const here = (): { readonly position: number; readonly found: string } => {
    const rest = text.slice(at).trimStart();
    const position = text.length - rest.length + 1;
    return { position, found: rest === "" ? "the end" : `"${/^(\w+|.)/s.exec(rest)?.[0] ?? ""}"` };
  };

  const expected = (what: string): DroverError => {
    const { position, found } = here();
    return invalid(position, `expected ${what}, found ${found}`);
  };

  const either = (depth: number): Filter => {
    const terms = [single(depth)];
    const word = take(/(AND|OR)\b/y)?.[1];
    if (word === undefined) return terms[0] as Filter;
    do terms.push(single(depth));
    while (take(word === "AND" ? /AND\b/y : /OR\b/y));
    if (take(word === "AND" ? /OR\b/y : /AND\b/y)) throw invalid(here().position, "AND and OR side by side need parentheses");
    return { kind: word === "AND" ? "and" : "or", terms };
  };

  const single = (depth: number): Filter => {
    if (depth > maxDepth) throw invalid(here().position, `it is nested more than ${maxDepth} deep`);
    if (take(/NOT\b/y)) return { kind: "not", term: single(depth + 1) };
    if (!take(/\(/y)) return comparison();
    const inner = either(depth + 1);
    if (!take(/\)/y)) throw expected("AND, OR or )");
    return inner;
  };

  const comparison = (): Comparison => {
    const { position } = here();
    const field = take(fieldName)?.[0];
    if (field === undefined) throw expected("the name of a field");
    comparisons += 1;
    if (comparisons > maxComparisons) throw invalid(position, `it compares more than ${maxComparisons} times`);
    const operator = operators.find((sign) => take(new RegExp(sign, "y")));
    if (operator === undefined) throw expected(`one of ${operators.join(" ")} after ${field}`);
    return { kind: "compare", field, operator, value: value(operator), position };
  };

  const value = (operator: string): string => {
    const quoted = take(quotedValue);
    if (quoted !== undefined) return (quoted[1] ?? quoted[2] ?? "").replace(/\\(.)/g, "$1");
    const bare = take(bareValue)?.[0];
    if (bare === undefined) throw expected(`a value after ${operator}`);
    return bare;
  };

  const filter = either(1);
  if (here().found !== "the end") throw expected("AND, OR or the end");
  return filter;
}

/** The text of a filter. Reading it gives the same filter, but for positions. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "compare":
      return `${filter.field} ${filter.operator} "${filter.value.replace(/["\\]/g, "\\$&")}"`;
    case "not":
      return `NOT ${printInner(filter.term)}`;
    case "and":
    case "or":
      return filter.terms.map(printInner).join(filter.kind === "and" ? " AND " : " OR ");
  }
}

const printInner = (filter: Filter): string =>
  filter.kind === "and" || filter.kind === "or" ? `(${printFilter(filter)})` : printFilter(filter);

const invalid = (position: number, why: string): DroverError =>
  new DroverError("invalid", "FILTER_INVALID", `read filter, character ${position}: ${why}`, { details: { position } });
