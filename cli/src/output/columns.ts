import { stripVTControlCharacters } from "node:util";
import { cutDisplay, displayWidth, padDisplay } from "./display-width.ts";
import { paintWord } from "./paint.ts";

/** One column of a table. `wide` columns show with `-o wide` only. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number | undefined;
  readonly wide?: boolean;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly colours?: boolean;
  /** A terminal's: the last column gives way, and nothing else is cut. */
  readonly width?: number | undefined;
  /** Of each column shown, so that rows stand below others that were printed before. */
  readonly atLeast?: readonly number[] | undefined;
}

// Names and messages come from strangers: a terminal must never obey them.
const controls = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Text as a terminal may safely show it, on one line. */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(controls, " ");

/** Rows as kubectl prints them: no borders, three spaces between columns, nothing behind the last one. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): string {
  const lines = linesOf(rows, columns, options);
  const widths = widthsOf(lines, options);
  const last = widths.length - 1;
  const room = roomForLast(widths, options);
  return lines
    .map((line, place) => {
      const isHead = options.headers && place === 0;
      const padded = line.map((cell, index) => {
        const text = index === last ? cutDisplay(cell, room) : padDisplay(cell, widths[index] ?? 0);
        return options.colours === true && !isHead ? paintWord(text) : text;
      });
      return `${padded.join(gap)}\n`;
    })
    .join("");
}

/** As wide as the table of these rows makes its columns. */
export const columnWidths = <Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): readonly number[] =>
  widthsOf(linesOf(rows, columns, options), options);

function linesOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { wide: isWide, headers }: TableOptions) {
  const shown = columns.filter(({ wide }) => isWide || wide !== true);
  const cells = rows.map((row) => shown.map(({ cell }) => printable(String(cell(row) ?? "")) || "<none>"));
  return headers ? [shown.map(({ head }) => head), ...cells] : cells;
}

const widthsOf = (lines: readonly (readonly string[])[], { atLeast = [] }: TableOptions): readonly number[] =>
  (lines[0] ?? atLeast).map((_cell, index) =>
    lines.reduce((most, line) => Math.max(most, displayWidth(line[index] ?? "")), atLeast[index] ?? 0),
  );

const gap = "   ";
const leastRoom = 20;

const roomForLast = (widths: readonly number[], { width, wide }: TableOptions): number =>
  width === undefined || wide ? Infinity : Math.max(leastRoom, width - widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0));
