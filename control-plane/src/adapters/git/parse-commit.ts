import { instant } from "@drover/kit";
import type { GitCommit } from "../../app/source/git.ts";

const maxMessageCharacters = 16_000;

/** Reads a raw commit object. Unknown headers, such as signatures with their folded lines, are passed over. */
export function parseCommit(id: string, raw: Buffer): GitCommit {
  const text = raw.toString("utf8");
  const end = text.indexOf("\n\n");
  const headers = (end < 0 ? text : text.slice(0, end)).split("\n");
  const first = (name: string): string => headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  const seconds = /> (\d{1,12}) [+-]\d{4}$/.exec(first("committer"))?.[1] ?? "0";
  return {
    id,
    tree: first("tree"),
    parents: headers.filter((line) => line.startsWith("parent ")).map((line) => line.slice("parent ".length)),
    author: first("author").replace(/ \d+ [+-]\d{4}$/, ""),
    message: (end < 0 ? "" : text.slice(end + 2)).slice(0, maxMessageCharacters),
    committedAt: instant(Number(seconds) * 1000),
  };
}
