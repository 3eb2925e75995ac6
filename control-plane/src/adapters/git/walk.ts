import { DroverError } from "@drover/kit";
import type { TreeFile, ReadLimits } from "../../app/source/git.ts";
import { entryNameKey, entryNameProblem, parseFolderPath } from "../../domain/fleet/entry-name.ts";
import type { ObjectReader } from "./object-reader.ts";
import { maxTreeBytes, modes, parseTree, type TreeEntry } from "./parse-tree.ts";

/**
 * What lies at and below a folder, in the tree's order, one tree object after the other: a tree that refers to itself over and over (a few
 * objects, a billion paths) ends at the limit of entries. Submodules are passed over.
 */
export async function walkTree(reader: ObjectReader, root: string, folder: string, limits: ReadLimits): Promise<readonly TreeFile[]> {
  const parsed = parseFolderPath(folder);
  if (parsed.kind === "unsafe") throw unsafe(folder, parsed.because);
  const walk: Walk = { reader, limits, files: [], entries: 0 };
  await walkBelow(walk, await treeAt(reader, root, parsed.steps), parsed.steps);
  return walk.files;
}

/** Reads files whose declared sizes, each and together, are within the limits. */
export async function readFiles(
  reader: ObjectReader,
  files: readonly TreeFile[],
  limits: ReadLimits,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  let total = 0;
  for (const { kind, path, object } of files) {
    if (kind === "symlink") throw symlink(path);
    const size = (await reader.info(object))?.size ?? 0;
    if (size > limits.fileBytes) throw tooLarge(path, `it has ${size} bytes, ${limits.fileBytes} are allowed`);
    total += size;
    if (total > limits.bytes) throw tooLarge(path, `all files together have more than ${limits.bytes} bytes`);
    contents.set(path, await reader.read(object, "blob", limits.fileBytes));
  }
  return contents;
}

interface Walk {
  readonly reader: ObjectReader;
  readonly limits: ReadLimits;
  readonly files: TreeFile[];
  entries: number;
}

async function treeAt(reader: ObjectReader, root: string, steps: readonly string[]): Promise<string> {
  let tree = root;
  for (const [index, step] of steps.entries()) {
    const path = steps.slice(0, index + 1).join("/");
    const entry = (await readTree(reader, tree, path)).find(({ name }) => name === step);
    if (entry?.mode === modes.symlink) throw symlink(path);
    if (entry?.mode !== modes.folder)
      throw new DroverError("not-found", "SOURCE_PATH_NOT_FOUND", `read "${path}": the commit has no such folder; correct source.path`);
    tree = entry.id;
  }
  return tree;
}

async function walkBelow(walk: Walk, tree: string, steps: readonly string[]): Promise<void> {
  if (steps.length > walk.limits.depth) throw tooLarge(steps.join("/"), `folders nest deeper than ${walk.limits.depth}`);
  for (const { mode, name, id } of await readTree(walk.reader, tree, steps.join("/"))) {
    const path = [...steps, name].join("/");
    walk.entries += 1;
    if (walk.entries > walk.limits.files) throw tooLarge(path, `there are more than ${walk.limits.files} files and folders`);
    if (mode === modes.submodule) continue;
    if (mode === modes.folder) await walkBelow(walk, id, [...steps, name]);
    else walk.files.push({ kind: mode === modes.symlink ? "symlink" : "file", path, object: id });
  }
}

async function readTree(reader: ObjectReader, id: string, path: string): Promise<readonly TreeEntry[]> {
  const entries = parseTree(await reader.read(id, "tree", maxTreeBytes));
  const seen = new Set<string>();
  for (const { name } of entries) {
    const shown = `${path === "" ? "" : `${path}/`}${name}`;
    const problem = entryNameProblem(name) ?? (seen.has(entryNameKey(name)) ? "it is there twice" : undefined);
    if (problem !== undefined) throw unsafe(shown, problem);
    seen.add(entryNameKey(name));
  }
  return entries;
}

const shownPath = (path: string): string => JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path);

const symlink = (path: string): DroverError =>
  new DroverError(
    "invalid",
    "SOURCE_SYMLINK",
    `read ${shownPath(path)}: it is a symbolic link, which is never followed; commit the file itself`,
    {
      details: { path },
    },
  );
const unsafe = (path: string, because: string): DroverError =>
  new DroverError("invalid", "SOURCE_PATH_UNSAFE", `read ${shownPath(path)}: ${because}; rename it`, { details: { path } });
const tooLarge = (path: string, because: string): DroverError =>
  new DroverError("invalid", "SOURCE_TOO_LARGE", `read ${shownPath(path)}: ${because}; narrow source.path`, { details: { path } });
