import type { LabelSelector } from "@drover/kit";
import type { Comparison, Filter, ListField, ListFields, Order } from "@drover/proto/rest";
import type pg from "pg";
import { type ListRequest, type Page, type PageKey, pageOf, unfiltered } from "../../app/page.ts";
import type { Db, Statement } from "./database.ts";
import { labelConditions } from "./selector-sql.ts";

/** SQL for a field of a list, or SQL with what the field's type alone does not tell. */
type Column =
  | string
  | {
      readonly sql: string;
      /** PostgreSQL's type, where it is another than the field's. */
      readonly type?: string;
      /** SQL that says whether it is this word, where an index knows another form than `sql`. */
      readonly is?: (word: string) => string;
    };

/** What can be asked for. */
interface Asked<Field extends string> {
  readonly fields: ListFields<Field>;
  readonly columns: Readonly<Record<Field, Column>>;
}

/** A list as SQL: everything but what a request adds to it. */
export interface List<Field extends string> extends Asked<Field> {
  /** Of its statements, which differ in what is asked for. */
  readonly name: string;
  /** What is selected. */
  readonly select: string;
  /** Tables and joins. Several are read each by itself, so that each may use its own index, and merged. */
  readonly from: string | readonly string[];
  /** Of which rows it is a list at all, with parameters for `values`. */
  readonly where?: string;
  readonly values?: readonly unknown[];
  /** Its own order. */
  readonly order: readonly (Order | Key)[];
  /** What together tells any two rows apart, be it shown or not: every order ends with it. */
  readonly unique: readonly (Field | { readonly sql: string; readonly type: string })[];
  /** SQL for the id of the cluster that a row belongs to, or for the labels where they are at hand. */
  readonly labelled?: { readonly clusterId: string } | { readonly labels: string };
}

/** One page, by its key: a page far behind costs as much as the first. */
export async function listPage<Row extends pg.QueryResultRow, Item, Field extends string>(
  db: Db,
  list: List<Field>,
  request: ListRequest,
  item: (row: Row) => Item,
): Promise<Page<Item>> {
  const { rows } = await db.query<Row & PagedRow>(listQuery(list, request));
  return pageOf(rows, request.size, item, pageKey);
}

/** The one row whose fields have exactly these values. */
export async function findListed<Row extends pg.QueryResultRow, Item, Field extends string>(
  db: Db,
  list: List<Field>,
  values: Readonly<Partial<Record<Field, string>>>,
  item: (row: Row) => Item,
): Promise<Item | undefined> {
  const only = Object.fromEntries(Object.entries<string | undefined>(values).map(([field, value]) => [field, [value ?? ""]]));
  const { items } = await listPage(db, list, { ...unfiltered({ size: 1, after: undefined }), only }, item);
  return items[0];
}

/** The columns of its key, `key_0` and so on. */
type PagedRow = Readonly<Record<string, unknown>>;

function pageKey(row: PagedRow): PageKey {
  const key: string[] = [];
  for (let column = 0; `key_${column}` in row; column += 1) key.push(String(row[`key_${column}`]));
  return key;
}

/** SQL that spells stored words as they are shown. */
export const spelled = (column: string, words: Readonly<Record<string, string>>): string =>
  `(case ${column} ${Object.entries(words)
    .map(([stored, shown]) => `when '${stored}' then '${shown}'`)
    .join(" ")} end)`;

function listQuery<Field extends string>(list: List<Field>, request: ListRequest): Statement {
  const values: unknown[] = [...(list.values ?? [])];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const keys = keysOf(list, request.order);
  const conditions = [
    ...(list.where === undefined ? [] : [`(${list.where})`]),
    ...labelled(list, request.labels, bind),
    ...Object.entries(request.only ?? {}).map(([field, few]) => oneOf(columnOf(list, field), bind(few))),
    ...(request.filter === undefined ? [] : [conditionOf(list, request.filter, bind)]),
    ...(request.after === undefined ? [] : [afterKey(keys, request.after, bind)]),
  ];
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  // Written out: a plan for any limit would be one for long pages.
  const limit = Math.trunc(request.size) + 1;
  const order = (of: (key: Key, index: number) => string): string =>
    keys.map((key, index) => `${of(key, index)}${key.descending ? " desc" : ""}`).join(", ");
  const keyColumns = keys.map(({ sql }, index) => `(${sql})::text as key_${index}`).join(", ");
  const one = (from: string, extra = ""): string =>
    `select ${list.select}, ${keyColumns}${extra} from ${from}${where} order by ${order(({ sql }) => sql)} limit ${limit}`;
  const sorted = keys.map(({ sql }, index) => `, ${sql} as order_${index}`).join("");
  const text =
    typeof list.from === "string"
      ? one(list.from)
      : `${list.from.map((from) => `(${one(from, sorted)})`).join(" union all ")} order by ${order((_key, index) => `order_${index}`)} limit ${limit}`;
  return { family: list.name, text, values };
}

function labelled(
  { labelled: by }: List<string>,
  selector: LabelSelector | undefined,
  bind: (value: unknown) => string,
): readonly string[] {
  if (selector === undefined || by === undefined) return [];
  if ("labels" in by) return labelConditions(by.labels, selector, bind);
  const conditions = ["l.kind = 'Cluster'", "l.form is not null", ...labelConditions("l.form -> 'labels'", selector, bind)];
  return [`${by.clusterId} in (select l.form ->> 'id' from fleet_objects l where ${conditions.join(" and ")})`];
}

const oneOf = ({ sql, type }: KnownColumn, few: string): string => `${sql} = any (${few}::${type}[])`;

interface Key {
  readonly sql: string;
  readonly type: string;
  readonly descending: boolean;
}

/** The order asked for, or the list's own, made whole by its unique fields in the direction of the last one: an index may then serve all of it. */
function keysOf<Field extends string>(list: List<Field>, asked: readonly Order[]): readonly Key[] {
  const orders = (asked.length > 0 ? asked : list.order).map((order) =>
    "field" in order ? { ...keyOf(list, order.field), descending: order.descending } : order,
  );
  const descending = orders.at(-1)?.descending ?? false;
  const rest = list.unique.map((key) => ({ ...(typeof key === "string" ? keyOf(list, key) : key), descending }));
  return [...orders, ...rest.filter(({ sql }) => !orders.some((order) => order.sql === sql))];
}

function keyOf<Field extends string>(list: List<Field>, field: string): Omit<Key, "descending"> {
  const { sql, type, optional } = columnOf(list, field);
  return { sql: optional ? `coalesce(${sql}, ${least[type] ?? "''"})` : sql, type };
}

/** What is absent comes before everything, and has a value that a key can hold. */
const least: Readonly<Record<string, string>> = { timestamptz: "'-infinity'::timestamptz", bigint: "-1", boolean: "false" };

/** SQL for "behind this key". The first column is compared once more by itself: an index of another table's columns can begin there. */
function afterKey(keys: readonly Key[], after: PageKey, bind: (value: unknown) => string): string {
  const bound = keys.map(({ type }, index) => `${bind(after[index])}::${type}`);
  const sign = ({ descending }: Key): string => (descending ? "<" : ">");
  const [first] = keys as readonly [Key];
  if (keys.every(({ descending }) => descending === first.descending))
    return `${first.sql} ${sign(first)}= ${bound[0]} and (${keys.map(({ sql }) => sql).join(", ")}) ${sign(first)} (${bound.join(", ")})`;
  const alternatives = keys.map((key, index) =>
    [...keys.slice(0, index).map(({ sql }, before) => `${sql} = ${bound[before]}`), `${key.sql} ${sign(key)} ${bound[index]}`].join(
      " and ",
    ),
  );
  return `${first.sql} ${sign(first)}= ${bound[0]} and (${alternatives.join(" or ")})`;
}

/** SQL for a filter on these fields. */
export function conditionOf<Field extends string>(list: Asked<Field>, filter: Filter, bind: (value: unknown) => string): string {
  switch (filter.kind) {
    case "compare":
      return comparisonOf(columnOf(list, filter.field), filter, bind);
    case "not":
      return `(${conditionOf(list, filter.term, bind)}) is not true`;
    case "and":
    case "or":
      return `(${filter.terms.map((term) => conditionOf(list, term, bind)).join(` ${filter.kind} `)})`;
  }
}

function comparisonOf({ sql, type, is, words }: KnownColumn, { operator, value }: Comparison, bind: (value: unknown) => string): string {
  const several = type === "text[]";
  if (operator === ":" && value === "*") return several ? `cardinality(${sql}) > 0` : `${sql} is not null`;
  if (several) return operator === "!=" ? `(${bind(value)}::text = any (${sql})) is not true` : `${bind(value)}::text = any (${sql})`;
  if (operator === ":") return `strpos(lower(${sql}), lower(${bind(value)}::text)) > 0`;
  if (is !== undefined && words.includes(value)) return operator === "!=" ? `(${is(value)}) is not true` : `(${is(value)})`;
  // One of few words is written out: the planner then knows how many rows have it, and which partial index holds them.
  // Anything else is hidden from it: a plan for one value that looked a little cheaper than that for all would be made anew for every request.
  const operand = words.includes(value) ? `'${value}'` : `(select ${bind(value)}::${type})`;
  return `${sql} ${operator === "!=" ? "is distinct from" : operator} ${operand}`;
}

type KnownColumn = Omit<ListField, "type"> & { readonly sql: string; readonly type: string; readonly is?: (word: string) => string };

function columnOf<Field extends string>({ fields, columns }: Asked<Field>, field: string): KnownColumn {
  const { type: ofField, ...known } = fields[field as Field];
  const column = columns[field as Field];
  return { ...known, type: sqlTypes[ofField], ...(typeof column === "string" ? { sql: column } : column) };
}

const sqlTypes: Readonly<Record<ListField["type"], string>> = {
  text: "text",
  word: "text",
  number: "bigint",
  time: "timestamptz",
  boolean: "boolean",
  texts: "text[]",
};
