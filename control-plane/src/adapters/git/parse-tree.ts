import { DroverError } from "@drover/kit";

/** One line of a tree object, as it is written there. */
export interface TreeEntry {
  /** Octal, without leading zeros. */
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

export const modes = { file: "100644", folder: "40000", symlink: "120000", submodule: "160000" } as const;

/** 20,000 entries of 200-character names. */
export const maxTreeBytes = 5 * 1024 * 1024;

/** Throws `invalid` SOURCE_CORRUPT for a tree that is cut short. */
export function parseTree(content: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const nul = content.indexOf(0, space);
    if (space < 0 || nul < 0 || nul + 21 > content.length)
      throw new DroverError("invalid", "SOURCE_CORRUPT", "read a tree: it is cut short");
    entries.push({
      mode: content.toString("latin1", at, space).replace(/^0+/, ""),
      name: content.toString("utf8", space + 1, nul),
      id: content.toString("hex", nul + 1, nul + 21),
    });
    at = nul + 21;
  }
  return entries;
}
