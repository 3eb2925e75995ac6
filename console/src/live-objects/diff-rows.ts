import { diffLines } from "diff";

/** A line of a comparison with its number on each side. */
export type DiffRow =
  | { readonly kind: "same"; readonly text: string; readonly left: number; readonly right: number }
  | { readonly kind: "removed"; readonly text: string; readonly left: number }
  | { readonly kind: "added"; readonly text: string; readonly right: number }
  /** Equal lines that are left out. */
  | { readonly kind: "gap"; readonly lines: number };

/** Lines of one line side by side: what is and what should be. */
export interface DiffPair {
  readonly left: DiffRow | undefined;
  readonly right: DiffRow | undefined;
}

/** Equal lines shown around each change. */
const context = 3;

export function diffRows(from: string, to: string): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let [left, right] = [0, 0];
  for (const { value, added, removed } of diffLines(from, to))
    for (const text of value.replace(/\n$/, "").split("\n")) {
      if (value === "") continue;
      if (removed) rows.push({ kind: "removed", text, left: (left += 1) });
      else if (added) rows.push({ kind: "added", text, right: (right += 1) });
      else rows.push({ kind: "same", text, left: (left += 1), right: (right += 1) });
    }
  return withGaps(rows);
}

/** Long runs of equal lines become one line that says how many they are; a single one takes no more room itself. */
function withGaps(rows: readonly DiffRow[]): readonly DiffRow[] {
  const near = new Set<number>();
  for (const [index, { kind }] of rows.entries()) if (kind !== "same") for (let by = -context; by <= context; by += 1) near.add(index + by);
  if (near.size === 0) return [];
  const shown: DiffRow[] = [];
  let skipped: DiffRow[] = [];
  const flush = (): void => {
    shown.push(...(skipped.length > 1 ? [{ kind: "gap", lines: skipped.length } as const] : skipped));
    skipped = [];
  };
  for (const [index, row] of rows.entries()) {
    if (!near.has(index)) {
      skipped.push(row);
      continue;
    }
    flush();
    shown.push(row);
  }
  flush();
  return shown;
}

/** What went and what came instead stand beside each other. */
export function diffPairs(rows: readonly DiffRow[]): readonly DiffPair[] {
  const pairs: DiffPair[] = [];
  let [removed, added]: [DiffRow[], DiffRow[]] = [[], []];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      pairs.push({ left: removed[index], right: added[index] });
    [removed, added] = [[], []];
  };
  for (const row of rows) {
    if (row.kind === "removed") removed.push(row);
    else if (row.kind === "added") added.push(row);
    else {
      flush();
      pairs.push({ left: row, right: row });
    }
  }
  flush();
  return pairs;
}
