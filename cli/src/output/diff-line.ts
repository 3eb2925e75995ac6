import { paint } from "./paint.ts";

/** A line of a unified diff, coloured as `git diff` does. */
export function paintDiffLine(line: string, colours: boolean): string {
  if (line.startsWith("---") || line.startsWith("+++")) return paint("bold", line, colours);
  if (line.startsWith("@@")) return paint("cyan", line, colours);
  if (line.startsWith("+")) return paint("green", line, colours);
  return line.startsWith("-") ? paint("red", line, colours) : line;
}
