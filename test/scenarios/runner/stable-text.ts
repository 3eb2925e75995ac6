/** Names that stand for what differs from run to run. */
export interface Names {
  /** Whole commit id to what it is called: `v2`, `<fleet-commit-1>`. */
  readonly commits: ReadonlyMap<string, string>;
  /** Any other id, whole. */
  readonly ids: ReadonlyMap<string, string>;
  /** Parts of a line, such as addresses. */
  readonly places: ReadonlyMap<string, string>;
}

/** What was printed, with names in the place of ids, times and ages. Tables are laid out again, since a name has another length. */
export function stableText(printed: string, names: Names): string {
  const lines = printed.replace(/\n$/, "").split("\n");
  const stable: string[] = [];
  for (let at = 0; at < lines.length;) {
    const head = lines[at] ?? "";
    if (!isHead(head)) {
      stable.push(stableLine(head, names));
      at += 1;
      continue;
    }
    const length = cellsOf(head).length;
    let end = at + 1;
    while (end < lines.length && cellsOf(lines[end] ?? "").length === length) end += 1;
    stable.push(...layOut(lines.slice(at, end).map(cellsOf), names));
    at = end;
  }
  return stable.join("\n");
}

const isHead = (line: string): boolean => /^[A-Z][A-Z ]*( {3,}[A-Z][A-Z ]*)+$/.test(line);
const cellsOf = (line: string): readonly string[] => line.split(/ {3,}/);

const ages = new Set(["AGE", "SINCE", "LAST SEEN", "HELD FOR", "STARTED", "LASTED", "LAST USED", "APPROVED", "FOR"]);
const age = /^\d+(ms|s|m|h|d)\S*( ago)?$/;

function layOut([heads = [], ...rows]: readonly (readonly string[])[], names: Names): readonly string[] {
  const stableCell = (cell: string, column: number): string =>
    ages.has(heads[column] ?? "") && age.test(cell) ? "<age>" : stableLine(cell, names);
  const cells = [heads, ...rows.map((row) => row.map(stableCell))];
  const widths = heads.map((_head, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("   "));
}

function stableLine(line: string, { commits, ids, places }: Names): string {
  return [...places]
    .reduce((text, [place, name]) => text.replaceAll(place, name), line)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (id) => ids.get(id) ?? "<id>")
    .replace(/, request [^\s,)]+/g, "")
    .replace(/\bdrv1_\S+/g, "<token>")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replace(/\b[0-9a-f]{7,64}\b/g, (text) => nameOfCommit(text, commits) ?? text)
    .replace(/\b[a-z2-7]{26}\b/g, (id) => ids.get(id) ?? id);
}

const nameOfCommit = (text: string, commits: ReadonlyMap<string, string>): string | undefined =>
  [...commits].find(([commit]) => commit.startsWith(text))?.[1];
