/** A story is a Markdown file: what stands in its fenced blocks is done and compared, everything else is for the reader. */
export interface Story {
  readonly title: string;
  readonly parts: readonly Part[];
}

export type Part = Prose | Block;

interface Prose {
  readonly kind: "prose";
  readonly lines: readonly string[];
}

export interface Block {
  readonly kind: "block";
  readonly is: BlockKind;
  /** Of its first line within the file, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** `clusters` join the fleet, `yaml` is pushed to the fleet repository, a `console` is typed, `fleet` is what every cluster runs. */
const blockKinds = ["clusters", "yaml", "console", "fleet"] as const;
type BlockKind = (typeof blockKinds)[number];

const fence = "```";

export function parseStory(text: string): Story {
  const parts: Part[] = [];
  const lines = text.split("\n");
  let prose: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    prose.push(line);
    if (!line.startsWith(fence)) continue;
    const end = lines.indexOf(fence, at + 1);
    const is = line.slice(fence.length);
    if (!isBlockKind(is) || end === -1)
      throw new Error(`line ${at + 1}: a block is one of ${blockKinds.join(", ")}, and ends with ${fence}; this is "${is}"`);
    parts.push({ kind: "prose", lines: prose }, { kind: "block", is, line: at + 2, lines: lines.slice(at + 1, end) });
    prose = [fence];
    at = end;
  }
  parts.push({ kind: "prose", lines: prose });
  return { title: (lines[0] ?? "").replace(/^# /, ""), parts };
}

const isBlockKind = (text: string): text is BlockKind => (blockKinds as readonly string[]).includes(text);

export const formatStory = (parts: readonly Part[]): string => parts.flatMap(({ lines }) => lines).join("\n");
