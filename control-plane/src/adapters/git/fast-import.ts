import type { Instant } from "@drover/kit";
import type { NewCommit } from "../../app/git.ts";

/** Where drafts are built. Nothing reads it; what was written is known by its id. */
export const draftRef = "refs/drover/draft";

/** The input of `git fast-import` that builds the commits on `parent`, one upon the other, and prints their ids line by line. */
export function fastImportScript(parent: string, commits: readonly NewCommit[], at: Instant): string {
  const who = (author: string): string => `${author} ${Math.floor(at / 1000)} +0000`;
  const lines = ["feature done"];
  for (const [index, { message, author, files }] of commits.entries()) {
    lines.push(`commit ${draftRef}`, `mark :${index + 1}`, `author ${who(author)}`, `committer ${who(author)}`, data(message));
    lines.push(`from ${index === 0 ? parent : `:${index}`}`);
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
