/** One thing typed, and what it is expected to print. */
export interface Entry {
  /** `> …` happens to the world; `$ drover …` is typed by an administrator, `bob $ drover …` by bob. */
  readonly kind: "event" | "command";
  readonly by: string | undefined;
  readonly text: string;
  readonly typed: string;
  readonly line: number;
  readonly expected: readonly string[];
}

const event = /^> (?<text>.+)$/;
const command = /^(?:(?<by>[a-z]+) )?\$ drover (?<text>.+)$/;

export function parseConsole(lines: readonly string[], firstLine: number): readonly Entry[] {
  const entries: (Entry & { expected: string[] })[] = [];
  for (const [index, typed] of lines.entries()) {
    const found = event.exec(typed) ?? command.exec(typed);
    const last = entries.at(-1);
    if (found?.groups) {
      const { text = "", by } = found.groups;
      entries.push({ kind: typed.startsWith("> ") ? "event" : "command", by, text, typed, line: firstLine + index, expected: [] });
    } else if (last === undefined) throw new Error(`line ${firstLine + index}: begin with "> " or "$ drover "`);
    else last.expected.push(typed);
  }
  return entries;
}

/** Words as a shell splits them; double quotes keep blanks together. */
export const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ""));
