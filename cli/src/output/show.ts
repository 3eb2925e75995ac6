import type { Cli } from "../cli.ts";
import { columnWidths } from "./columns.ts";
import { sortedBy } from "./sort.ts";
import { wantsColours } from "./paint.ts";
import { formatList, formatOne, type OutputForm, type View } from "./print.ts";

export interface ShowOptions {
  readonly output?: OutputForm | undefined;
  readonly headers?: boolean;
  readonly sortBy?: string | undefined;
  readonly showLabels?: boolean | undefined;
  readonly atLeast?: readonly number[] | undefined;
}

/** A list on standard output, as the terminal there can take it. */
export const showList = <Item>(cli: Cli, items: readonly Item[], view: View<Item>, options: ShowOptions): void =>
  cli.out(listText(cli, items, view, options));

export function listText<Item>(cli: Cli, items: readonly Item[], view: View<Item>, options: ShowOptions): string {
  const sorted = options.sortBy === undefined ? items : sortedBy(items, options.sortBy);
  return formatList(sorted, shownView(view, options), { ...options, ...terminalOf(cli) });
}

/** Of a table for people, with its heads. */
export const listWidths = <Item>(items: readonly Item[], view: View<Item>, options: ShowOptions): readonly number[] =>
  columnWidths(items, shownView(view, options).columns, {
    ...options,
    wide: options.output === "wide",
    headers: options.headers !== false,
  });

export const showOne = <Item>(cli: Cli, item: Item, view: View<Item>, options: ShowOptions): void =>
  cli.out(formatOne(item, shownView(view, options), { ...options, ...terminalOf(cli) }));

const terminalOf = ({ isTerminal, env, columns }: Cli) => ({
  colours: wantsColours(isTerminal, env),
  width: isTerminal ? columns?.() : undefined,
});

const shownView = <Item>(view: View<Item>, { showLabels }: ShowOptions): View<Item> => (showLabels === true ? withLabels(view) : view);

const withLabels = <Item>(view: View<Item>): View<Item> => ({
  ...view,
  columns: [...view.columns.filter(({ head }) => head !== "LABELS"), { head: "LABELS", cell: labelsOf }],
});

const labelsOf = (item: unknown): string =>
  Object.entries((item as { readonly labels?: Readonly<Record<string, string>> }).labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
