import { stripVTControlCharacters } from "node:util";

/** One column of a table. `wide` columns show with `-o wide` only. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number | undefined;
  readonly wide?: boolean;
}

// Names and messages come from strangers: a terminal must never obey them.
const controls = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Text as a terminal may safely show it, on one line. */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(controls, " ");

/** Rows as kubectl prints them: no borders, three spaces between columns, nothing behind the last one. */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: { readonly wide: boolean; readonly headers: boolean },
): string {
  const shown = columns.filter(({ wide }) => options.wide || wide !== true);
  const cells = rows.map((row) => shown.map(({ cell }) => printable(String(cell(row) ?? "")) || "<none>"));
  const lines = options.headers ? [shown.map(({ head }) => head), ...cells] : cells;
  const widths = shown.map((_column, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) => `${line.map((cell, index) => (index === line.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join("   ")}\n`)
    .join("");
}
