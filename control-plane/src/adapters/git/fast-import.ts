import type { Instant } from "@drover/kit";
import type { NewCommit } from "../../app/git.ts";

/** The commits to build, one upon the other. */
export interface FastImport {
  /** Where they are put; it is made to point to the last. */
  readonly ref: string;
  /** What the first is built on; nothing for a first commit of all. */
  readonly parent: string | undefined;
  readonly commits: readonly NewCommit[];
  readonly at: Instant;
}

/** The input of `git fast-import`, which then prints the commits' ids line by line. */
export function fastImportScript({ ref, parent, commits, at }: FastImport): string {
  const who = (author: string): string => `${author} ${Math.floor(at / 1000)} +0000`;
  const lines = ["feature done"];
  for (const [index, { message, author, files }] of commits.entries()) {
    lines.push(`commit ${ref}`, `mark :${index + 1}`, `author ${who(author)}`, `committer ${who(author)}`, data(message));
    const base = index === 0 ? parent : `:${index}`;
    if (base !== undefined) lines.push(`from ${base}`);
    for (const [path, content] of files) {
      if (content === undefined) lines.push(`D ${quoted(path)}`);
      else lines.push(`M 100644 inline ${quoted(path)}`, data(content));
    }
    lines.push("", `get-mark :${index + 1}`);
  }
  lines.push("done", "");
  return lines.join("\n");
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;
const quoted = (path: string): string => `"${path.replace(/["\\]/g, "\\$&")}"`;
