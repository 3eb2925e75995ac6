import type { Cli } from "../cli.ts";
import { sortedBy } from "./sort.ts";
import { wantsColours } from "./paint.ts";
import { formatList, formatOne, type OutputForm, type View } from "./print.ts";

export interface ShowOptions {
  readonly output?: OutputForm | undefined;
  readonly headers?: boolean;
  readonly sortBy?: string | undefined;
  readonly showLabels?: boolean | undefined;
}

/** A list on standard output, as the terminal there can take it. */
export const showList = <Item>(cli: Cli, items: readonly Item[], view: View<Item>, options: ShowOptions): void =>
  cli.out(listText(cli, items, view, options));

export function listText<Item>(cli: Cli, items: readonly Item[], view: View<Item>, options: ShowOptions): string {
  const sorted = options.sortBy === undefined ? items : sortedBy(items, options.sortBy);
  return formatList(sorted, options.showLabels === true ? withLabels(view) : view, { ...options, ...terminalOf(cli) });
}

export const showOne = <Item>(cli: Cli, item: Item, view: View<Item>, options: ShowOptions): void =>
  cli.out(formatOne(item, options.showLabels === true ? withLabels(view) : view, { ...options, ...terminalOf(cli) }));

const terminalOf = ({ isTerminal, env, columns }: Cli) => ({
  colours: wantsColours(isTerminal, env),
  width: isTerminal ? columns?.() : undefined,
});

const withLabels = <Item>(view: View<Item>): View<Item> => ({
  ...view,
  columns: [...view.columns.filter(({ head }) => head !== "LABELS"), { head: "LABELS", cell: labelsOf }],
});

const labelsOf = (item: unknown): string =>
  Object.entries((item as { readonly labels?: Readonly<Record<string, string>> }).labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
