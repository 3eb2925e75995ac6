import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFleetFile, parseFleetPath } from "@drover/proto/fleet";
import { expect, test } from "vitest";

// Fleet files that documents show begin with a comment that is their path. Guides that are typed line by line try theirs on a server.

const root = join(import.meta.dirname, "../..");
const documents = ["README.md", ...globSync("docs/guides/*.md", { cwd: root })];

interface Shown {
  readonly document: string;
  readonly path: string;
  readonly text: string;
}

function shownIn(document: string): readonly Shown[] {
  const blocks = readFileSync(join(root, document), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm);
  return [...blocks]
    .flatMap(([, block = ""]) => block.split(/^---\n/m))
    .flatMap((text) => {
      const path = /^# ([\w/.-]+\.yaml)/.exec(text)?.[1];
      return path !== undefined && parseFleetPath(path).kind !== "ignored" ? [{ document, path, text }] : [];
    });
}

const shown = documents.flatMap(shownIn);

/** Many show a part of a file, which lacks the rest. */
const isMissing = (message: string): boolean => /^key ".*" is missing/.test(message);

test.each(shown)("$path, as $document shows it, would be accepted", ({ path, text }) => {
  const parsed = parseFleetFile(path, text);
  const problems = parsed.kind === "invalid" ? parsed.problems.map(({ message }) => message) : [];
  expect(problems.filter((message) => !isMissing(message))).toEqual([]);
});

test("the guide to fleet files shows one of each kind that people write", () => {
  const kinds = shown.filter(({ document }) => document.endsWith("fleet-repository.md")).map(({ path }) => path.split("/")[0]);
  expect(new Set(kinds)).toEqual(new Set(["applications", "environments", "pins", "projects", "strategies"]));
});
