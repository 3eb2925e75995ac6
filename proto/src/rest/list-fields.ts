import { DroverError } from "@drover/kit";
import type { TObject, TSchema } from "typebox";
import { type Comparison, type Filter, parseFilter } from "./filter.ts";

/** What a list knows of one member of its items. */
export interface ListField {
  readonly type: "text" | "word" | "number" | "time" | "boolean" | "texts";
  /** With `word`: all there are. */
  readonly words: readonly string[];
  /** Whether an item may be without it. */
  readonly optional: boolean;
  /** Whether the list can be ordered by it. */
  readonly sortable: boolean;
}
export type ListFields<Name extends string = string> = Readonly<Record<Name, ListField>>;

export interface Order {
  readonly field: string;
  readonly descending: boolean;
}

type Member<Item extends TObject> = keyof Item["properties"] & string;

/** The members of an item that `filter` knows, and those that `orderBy` knows besides. Their types are the schema's. */
export function listFields<Item extends TObject, Sorted extends Member<Item>, Filtered extends Member<Item> = never>(
  item: Item,
  known: { readonly sorted: readonly Sorted[]; readonly filtered?: readonly Filtered[] },
): ListFields<Sorted | Filtered> {
  const field = (name: Sorted | Filtered, sortable: boolean) => [name, { ...typeOf(item.properties[name] as TSchema), sortable }] as const;
  const fields = [...known.sorted.map((name) => field(name, true)), ...(known.filtered ?? []).map((name) => field(name, false))];
  return Object.fromEntries(fields) as ListFields<Sorted | Filtered>;
}

function typeOf(schema: TSchema): Omit<ListField, "sortable"> {
  const { type, format, enum: words = [], "~optional": optional = false } = schema as Readonly<Record<string, unknown>>;
  const base = { words: words as readonly string[], optional: optional === true };
  if (base.words.length > 0) return { ...base, type: "word" };
  if (type === "integer" || type === "number") return { ...base, type: "number" };
  if (type === "boolean") return { ...base, type: "boolean" };
  if (type === "array") return { ...base, type: "texts" };
  return { ...base, type: format === "date-time" ? "time" : "text" };
}

/** Reads a filter and holds it to the fields of a list. Throws FILTER_INVALID, LIST_FIELD_UNKNOWN or FILTER_VALUE_INVALID with the position. */
export function parseListFilter(fields: ListFields, text: string): Filter {
  const filter = parseFilter(text);
  check(fields, filter);
  return filter;
}

function check(fields: ListFields, filter: Filter): void {
  if (filter.kind === "not") check(fields, filter.term);
  else if (filter.kind !== "compare") for (const term of filter.terms) check(fields, term);
  else checkComparison(fieldOf(fields, filter.field, `read filter, character ${filter.position}`, filter.position), filter);
}

function checkComparison({ type, words }: ListField, { field, operator, value, position }: Comparison): void {
  const refuse = (why: string): never => {
    const message = `read filter, character ${position}: ${field} ${why}`;
    throw new DroverError("invalid", "FILTER_VALUE_INVALID", message, { details: { position } });
  };
  if (operator === ":" && value === "*") return;
  if (type === "word" && !words.includes(value)) refuse(`is one of ${words.join(", ")}`);
  if (type === "number" && !/^-?\d{1,15}$/.test(value)) refuse("is compared with a whole number");
  if (type === "time" && !isTime(value)) refuse("is compared with a time like 2026-11-21T08:00:00Z");
  if (type === "boolean" && value !== "true" && value !== "false") refuse("is true or false");
  if (!operatorsOf[type].includes(operator)) refuse(`knows ${operatorsOf[type].join(" ")} and : "*", not ${operator}`);
}

const operatorsOf: Readonly<Record<ListField["type"], readonly string[]>> = {
  text: ["=", "!=", "<", "<=", ">", ">=", ":"],
  word: ["=", "!="],
  number: ["=", "!=", "<", "<=", ">", ">="],
  time: ["=", "!=", "<", "<=", ">", ">="],
  boolean: ["=", "!="],
  texts: ["=", "!=", ":"],
};

/** RFC 3339, as PostgreSQL and JavaScript both read it. */
const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));

const maxOrders = 5;

/** Reads `createdAt desc, name`. Throws ORDER_INVALID or LIST_FIELD_UNKNOWN. */
export function parseOrderBy(fields: ListFields, text: string): readonly Order[] {
  const orders = text.split(",").map((part) => {
    const [, field, direction] = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s+(asc|desc))?\s*$/.exec(part) ?? [];
    if (field === undefined) throw orderInvalid(`"${part.trim().slice(0, 60)}" is not of the form: field, field asc or field desc`);
    if (!fieldOf(fields, field, "read orderBy").sortable)
      throw orderInvalid(`the list is not ordered by ${field}, but by ${sortable(fields)}`);
    return { field, descending: direction === "desc" };
  });
  if (orders.length > maxOrders) throw orderInvalid(`it names more than ${maxOrders} fields`);
  if (new Set(orders.map(({ field }) => field)).size < orders.length) throw orderInvalid("it names a field twice");
  return orders;
}

const orderInvalid = (why: string): DroverError => new DroverError("invalid", "ORDER_INVALID", `read orderBy: ${why}`);

const sortable = (fields: ListFields): string => {
  const names = Object.keys(fields).filter((name) => fields[name]?.sortable);
  return names.length === 0 ? "nothing else than its own order" : names.join(", ");
};

function fieldOf(fields: ListFields, name: string, doing: string, position?: number): ListField {
  if (Object.hasOwn(fields, name)) return fields[name] as ListField;
  const known = Object.keys(fields).toSorted();
  const near = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  const hint = near !== undefined && distance(near, name) <= 3 ? `did you mean ${near}? ` : "";
  const message = `${doing}: the list has no field ${name.slice(0, 60)}; ${hint}it knows ${known.join(", ")}`;
  throw new DroverError("invalid", "LIST_FIELD_UNKNOWN", message, position === undefined ? {} : { details: { position } });
}

/** Letters to add, drop or change, whatever their case. */
function distance(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.slice(0, 60).toLowerCase()];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1)
      next.push(
        Math.min((row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** For people: what `filter` and `orderBy` of this list know. */
export const describeFields = (fields: ListFields): { readonly filter: string; readonly orderBy: string } => {
  const known = Object.entries(fields).map(([name, { type, words }]) => `${name} (${type === "word" ? words.join(", ") : type})`);
  return {
    filter: `such as name : "eu-" AND NOT (state = "Offline" OR createdAt < "2026-11-21T08:00:00Z"), of the fields ${known.join("; ")}`,
    orderBy: `such as createdAt desc, name; of the fields ${sortable(fields)}`,
  };
};
