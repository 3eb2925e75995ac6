import fs from "node:fs";
import { DroverError, type Instant } from "@drover/kit";
import git from "isomorphic-git";
import type { NewCommit } from "../../app/source/git.ts";
import type { ObjectReader } from "./object-reader.ts";
import { maxTreeBytes, modes, parseTree, type TreeEntry } from "./parse-tree.ts";

/** The commit to build upon, and its tree. */
interface Base {
  readonly commit: string;
  readonly tree: string;
}

/**
 * Writes commits into the repository, each upon the one before, and answers their ids. No reference points to them: nobody sees
 * them before a push. Only the folders on the way to a changed file are read and written anew.
 */
export async function buildCommits(
  gitdir: string,
  reader: ObjectReader,
  base: Base | undefined,
  commits: readonly NewCommit[],
  at: Instant,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let previous = base;
  for (const { message, author: text, files } of commits) {
    const tree =
      (await editFolder(gitdir, reader, previous?.tree, [...files].map(toEdit))) ?? (await git.writeTree({ fs, gitdir, tree: [] }));
    const author = { ...parseAuthor(text), timestamp: Math.floor(at / 1000), timezoneOffset: 0 };
    const commit = await git.writeCommit({
      fs,
      gitdir,
      commit: { message, tree, parent: previous ? [previous.commit] : [], author, committer: author },
    });
    ids.push(commit);
    previous = { commit, tree };
  }
  return ids;
}

interface Edit {
  readonly steps: readonly string[];
  /** Undefined removes the file. */
  readonly content: string | undefined;
}

const toEdit = ([path, content]: readonly [string, string | undefined]): Edit => ({ steps: path.split("/"), content });

/** The folder's tree with the edits made, or undefined when nothing is left in it: git knows no empty folders. */
async function editFolder(
  gitdir: string,
  reader: ObjectReader,
  tree: string | undefined,
  edits: readonly Edit[],
): Promise<string | undefined> {
  const entries = new Map<string, TreeEntry>();
  if (tree !== undefined) for (const entry of parseTree(await reader.read(tree, "tree", maxTreeBytes))) entries.set(entry.name, entry);
  for (const [name, below] of Map.groupBy(edits, ({ steps }) => steps[0] ?? "")) {
    const edited = await editEntry(gitdir, reader, entries.get(name), name, below);
    if (edited) entries.set(name, edited);
    else entries.delete(name);
  }
  if (entries.size === 0) return undefined;
  return git.writeTree({
    fs,
    gitdir,
    tree: [...entries.values()].map(({ mode, name, id }) => ({ mode, path: name, oid: id, type: typeOf(mode) })),
  });
}

async function editEntry(
  gitdir: string,
  reader: ObjectReader,
  entry: TreeEntry | undefined,
  name: string,
  edits: readonly Edit[],
): Promise<TreeEntry | undefined> {
  const [file] = edits.filter(({ steps }) => steps.length === 1);
  if (file?.content !== undefined)
    return { mode: modes.file, name, id: await git.writeBlob({ fs, gitdir, blob: Buffer.from(file.content) }) };
  if (file) return undefined;
  const folder = entry?.mode === modes.folder ? entry.id : undefined;
  const id = await editFolder(
    gitdir,
    reader,
    folder,
    edits.map(({ steps, content }) => ({ steps: steps.slice(1), content })),
  );
  return id === undefined ? undefined : { mode: modes.folder, name, id };
}

const typeOf = (mode: string): "blob" | "tree" | "commit" =>
  mode === modes.folder ? "tree" : mode === modes.submodule ? "commit" : "blob";

function parseAuthor(text: string): { readonly name: string; readonly email: string } {
  const [, name, email] = /^(.*) <(.*)>$/.exec(text) ?? [];
  if (name === undefined || email === undefined) throw new DroverError("internal", "GIT_FAILED", `build a commit: "${text}" is no author`);
  return { name, email };
}
