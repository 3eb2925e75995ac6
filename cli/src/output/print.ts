import { Option } from "commander";
import { dump } from "js-yaml";
import { type Column, formatTable } from "./columns.ts";

export const outputForms = ["json", "yaml", "wide", "name"] as const;
export type OutputForm = (typeof outputForms)[number];

export const outputOption = (): Option =>
  new Option("-o, --output <form>", "form of the output; a table when absent").choices([...outputForms]);

/** How one kind of thing is shown. */
export interface View<Item> {
  /** As in `cluster/eu-1`. */
  readonly kind: string;
  readonly name: (item: Item) => string;
  readonly columns: readonly Column<Item>[];
}

interface PrintOptions {
  readonly output?: OutputForm | undefined;
  readonly headers?: boolean;
}

/** A list for people or for machines. JSON and YAML have kubectl's shape: a List with items. */
export function formatList<Item>(items: readonly Item[], view: View<Item>, { output, headers = true }: PrintOptions): string {
  if (output === "json") return `${JSON.stringify({ kind: "List", items }, null, 2)}\n`;
  if (output === "yaml") return dump({ kind: "List", items }, { noRefs: true });
  if (output === "name") return items.map((item) => `${view.kind}/${view.name(item)}\n`).join("");
  return items.length === 0 ? "" : formatTable(items, view.columns, { wide: output === "wide", headers });
}

/** One thing: as itself for machines, as a table of one row for people. */
export function formatOne<Item>(item: Item, view: View<Item>, { output, headers = true }: PrintOptions): string {
  if (output === "json") return `${JSON.stringify(item, null, 2)}\n`;
  if (output === "yaml") return dump(item, { noRefs: true });
  return formatList([item], view, { output, headers });
}
