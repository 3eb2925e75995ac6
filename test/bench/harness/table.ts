import type { Bounds, Row } from "./row.ts";

const heads = ["id", "what", "n", "p50", "p99", "max", "floor p50 / p99", "target p50 / p99", "met"] as const;

/** The rows for people. A figure that is no series stands in the column of the median. */
export function table(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const cells = (row: Row): readonly string[] => [
  row.id,
  row.name,
  String(row.n),
  figure(row.p50 ?? row.value, row.unit),
  figure(row.p99, row.unit),
  figure(row.max, row.unit),
  bounds(row.floor),
  bounds(row.target),
  row.met === null ? "-" : row.met ? "yes" : "NO",
];

const bounds = (given: Bounds | null): string => (given === null ? "-" : `${short(given.p50 ?? given.value)} / ${short(given.p99)}`);
const figure = (value: number | null, unit: string): string => (value === null ? "-" : `${short(value)} ${unit}`);

function short(value: number | undefined): string {
  if (value === undefined) return "-";
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
