import { dump } from "js-yaml";
import { type Column, formatTable, type TableOptions } from "./columns.ts";
import { customColumns } from "./custom-columns.ts";
import { renderTemplate } from "./jsonpath/template.ts";
import type { OutputForm } from "./output-form.ts";

export { outputOption, type OutputForm } from "./output-form.ts";

/** How one kind of thing is shown. */
export interface View<Item> {
  /** As in `cluster/eu-1`. */
  readonly kind: string;
  readonly name: (item: Item) => string;
  readonly columns: readonly Column<Item>[];
}

interface PrintOptions extends Partial<Omit<TableOptions, "wide">> {
  readonly output?: OutputForm | undefined;
}

/** A list for people or for machines. JSON and YAML have kubectl's shape: a List with items. */
export function formatList<Item>(items: readonly Item[], view: View<Item>, options: PrintOptions): string {
  const { output, headers = true } = options;
  if (output === "name") return items.map((item) => `${view.kind}/${view.name(item)}\n`).join("");
  if (typeof output === "object" && output.kind === "custom-columns")
    return formatTable<unknown>(items, customColumns(output.columns), { wide: true, headers });
  if (output !== undefined && output !== "wide") return formatObject({ kind: "List", items }, output);
  return items.length === 0 ? "" : formatTable(items, view.columns, { ...options, wide: output === "wide", headers });
}

/** One thing: as itself for machines, as a table of one row for people. */
export function formatOne<Item>(item: Item, view: View<Item>, options: PrintOptions): string {
  const { output } = options;
  return isWhole(output) ? formatObject(item, output) : formatList([item], view, options);
}

/** What has no table of its own: as it is, and as JSON where names or columns were asked for. */
export function formatObject(item: unknown, output: OutputForm): string {
  if (output === "yaml") return dump(item, { noRefs: true });
  if (typeof output !== "object") return `${JSON.stringify(item, null, 2)}\n`;
  return output.kind === "jsonpath"
    ? renderTemplate(output.template, item)
    : formatTable([item], customColumns(output.columns), { wide: true, headers: true });
}

const isWhole = (output: OutputForm | undefined): output is OutputForm =>
  output === "json" || output === "yaml" || (typeof output === "object" && output.kind === "jsonpath");
