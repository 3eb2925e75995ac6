import { DroverError } from "@drover/kit";
import type { Column } from "./columns.ts";
import { parsePath } from "./jsonpath/parse-path.ts";
import { findAll } from "./jsonpath/path.ts";
import { found } from "./jsonpath/template.ts";

/** kubectl's `NAME:.name,REGION:.labels.region`. */
export function customColumns(spec: string): readonly Column<unknown>[] {
  return spec.split(/,(?![^[]*\])/).map((column): Column<unknown> => {
    const [, head, path] = /^([^:]+):(.+)$/.exec(column.trim()) ?? [];
    if (head === undefined || path === undefined)
      throw new DroverError("invalid", "CUSTOM_COLUMNS_INVALID", `read columns: "${column}" is not HEAD:PATH, like NAME:.name`);
    const steps = parsePath(path.replace(/^\{(.*)\}$/, "$1"));
    return { head, cell: (row) => findAll(steps, row, row).map(found).join(",") };
  });
}
