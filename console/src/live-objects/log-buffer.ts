import { controlCharacters } from "@drover/kit";

/** The newest lines that were read, and how many older ones were let go. */
export interface LogBuffer {
  readonly lines: readonly string[];
  readonly dropped: number;
  /** The beginning of a line that is not whole yet. */
  readonly rest: string;
}

/** A line of a program that writes no line ends; it is cut there. */
const maxLineLength = 16_384;

export const emptyLog: LogBuffer = { lines: [], dropped: 0, rest: "" };

/** Takes what was read, and keeps at most so many lines. */
export function appendLog({ lines, dropped, rest }: LogBuffer, text: string, maxLines: number): LogBuffer {
  const parts = (rest + text).split("\n");
  let open = parts.pop() ?? "";
  if (open.length > maxLineLength) {
    parts.push(open);
    open = "";
  }
  const all = [...lines, ...parts.map((line) => harmless(line).slice(0, maxLineLength))];
  const over = Math.max(0, all.length - maxLines);
  return { lines: over === 0 ? all : all.slice(over), dropped: dropped + over, rest: open };
}

/** Colours and cursor movements are for terminals; what turns text around would mislead readers. */
const harmless = (line: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what it takes out
  line.replace(/\u001B\[[0-?]*[ -/]*[@-~]/g, "").replace(controlCharacters, "");
