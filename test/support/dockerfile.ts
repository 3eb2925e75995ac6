/** One instruction, on one line whatever lines it was written on. */
interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** A Dockerfile's stages in their order, each beginning with its FROM. What stands before the first one belongs to none. */
export function stagesIn(dockerfile: string): readonly (readonly Instruction[])[] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || text === undefined) continue;
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text });
  }
  return stages;
}

/** What a COPY copies, and from which stage; from the context where `from` is absent. */
interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function parseCopy(text: string): Copy {
  const words = text.split(/\s+/);
  const from = /^--from=(\w+)$/.exec(words[0] ?? "")?.[1];
  return { from, sources: words.slice(from === undefined ? 0 : 1, -1), target: words.at(-1) ?? "" };
}
