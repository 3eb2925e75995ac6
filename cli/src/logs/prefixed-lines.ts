/** Whole lines with a prefix each: what several containers write is told apart, and a piece of a line of one never lands in another's. */
export async function* prefixedLines(pieces: AsyncIterable<string>, prefix: string): AsyncGenerator<string, void> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split("\n");
    rest = lines.pop() ?? "";
    // A program that never ends its line is not kept waiting for.
    if (rest.length > longest) lines.push(rest.slice(0, longest));
    if (rest.length > longest) rest = rest.slice(longest);
    if (lines.length > 0) yield lines.map((line) => `${prefix}${line}\n`).join("");
  }
  if (rest !== "") yield `${prefix}${rest}\n`;
}

const longest = 64 * 1024;
