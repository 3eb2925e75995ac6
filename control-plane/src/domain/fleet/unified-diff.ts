import { createTwoFilesPatch } from "diff";

/** Edits apart that two texts may be before the diff only says that one took the other's place: what is compared here is up to a megabyte. */
const mostEdits = 2_000;

const label = (side: "a" | "b", path: string, text: string | undefined): string => (text === undefined ? "/dev/null" : `${side}/${path}`);

/** What `git diff` would show of one file; `undefined` is a file that is not there. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const names = [label("a", path, before), label("b", path, after)] as const;
  const patch = createTwoFilesPatch(...names, before ?? "", after ?? "", undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
  return patch ?? `--- ${names[0]}\n+++ ${names[1]}\n@@ the whole file @@\n`;
}
