import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { CliResult, DroverCli } from "./drover-cli.ts";
import { commandsIn, type Words } from "./guide-commands.ts";

/** Somebody who types the `drover` commands of a guide, line by line. */
export interface GuideReader {
  /** The guide's fleet files, by the path that stands before each or in its first line. */
  readonly files: ReadonlyMap<string, string>;
  /** The line must be the guide's, and succeed. `words` stand for the reader's own things. */
  run(line: string, words?: Words): Promise<CliResult>;
  /** Lines that nobody has typed yet. */
  unused(): readonly string[];
}

export function readGuide(guide: string, drover: () => DroverCli): GuideReader {
  const lines = commandsIn(guide).flatMap((block) => block.trim().split("\n"));
  const unused = new Set(lines);
  const text = readFileSync(new URL(`../../docs/guides/${guide}`, import.meta.url), "utf8");
  const shown = [...text.matchAll(/(?:`([\w/.-]+\.yaml)`[^`\n]*:\n\n)?^```yaml\n(?:# (\S+)\n)?([\s\S]*?)^```$/gm)];
  return {
    files: new Map(shown.map(([, before, first, form = ""]) => [first ?? before ?? "", form])),
    async run(line, words = {}) {
      expect(lines).toContain(line);
      unused.delete(line);
      const typed = Object.entries(words).reduce((left, [word, meant]) => left.replace(word, meant), line);
      const [, ...args] = [...typed.matchAll(/"([^"]*)"|\S+/g)].map(([given, quoted]) => quoted ?? given);
      const result = await drover()(...args);
      expect([line, result.status, result.status === 0 ? "" : result.said]).toEqual([line, 0, ""]);
      return result;
    },
    unused: () => [...unused],
  };
}
