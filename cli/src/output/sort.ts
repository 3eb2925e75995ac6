import { parsePath } from "./jsonpath/parse-path.ts";
import { findAll } from "./jsonpath/path.ts";

/** In the order of what a path finds in each, as kubectl's `--sort-by={.createdAt}`. What has nothing there comes first. */
export function sortedBy<Item>(items: readonly Item[], path: string): readonly Item[] {
  const steps = parsePath(path.replace(/^\{(.*)\}$/, "$1"));
  const keyed = items.map((item) => ({ item, key: findAll(steps, item, item)[0] }));
  return keyed.toSorted((left, right) => compare(left.key, right.key)).map(({ item }) => item);
}

function compare(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  if (typeof left === "number" && typeof right === "number") return left - right;
  return inOrder(textOf(left), textOf(right));
}

// Made when something is sorted: it reads tables that most commands do without. Numbers within names count as such: web-2 comes before web-10.
let collator: Intl.Collator | undefined;
const inOrder = (left: string, right: string): number => (collator ??= new Intl.Collator("en", { numeric: true })).compare(left, right);
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
