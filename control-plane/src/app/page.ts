import type { LabelSelector } from "@drover/kit";
import type { Filter, Order } from "@drover/proto/rest";

/** Where a page of a list ends: the values of its order's columns in its last row. */
export type PageKey = readonly (string | number)[];

export interface PageRequest {
  readonly size: number;
  /** Rows after this one; from the beginning when absent. */
  readonly after: PageKey | undefined;
}

/** A page of what passes the filter, whose fields and values the list is known to have. */
export interface ListRequest extends PageRequest {
  readonly filter: Filter | undefined;
  /** The list's own order when empty. */
  readonly order: readonly Order[];
  /** Of the cluster that a row belongs to. */
  readonly labels: LabelSelector | undefined;
  /** Only rows whose fields have one of these values, whatever else is asked. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
}

/** Of everything that the list has, in its own order. */
export const unfiltered = (page: PageRequest): ListRequest => ({
  ...page,
  filter: undefined,
  order: [],
  labels: undefined,
});

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly next: PageKey | undefined;
}

/** Makes a page of `size` out of `size + 1` rows: the one too many says that there is more. */
export function pageOf<Row, Item>(rows: readonly Row[], size: number, item: (row: Row) => Item, key: (row: Row) => PageKey): Page<Item> {
  const kept = rows.slice(0, size);
  const last = kept.at(-1);
  return { items: kept.map(item), next: rows.length > size && last !== undefined ? key(last) : undefined };
}
