import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * What the authors of libraries ask to be handed on with them: the licence of each package that any of these files is of, by its name and
 * version. A package without one is said to have none.
 */
export async function thirdPartyNotices(root: string, files: readonly string[]): Promise<string> {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  const notices = await Promise.all([...folders].sort().map((folder) => noticeOf(join(root, folder), relative("node_modules", folder))));
  return notices.join(`\n${"=".repeat(80)}\n\n`);
}

/** Of `node_modules/a/node_modules/@b/c/d.js`, the innermost. */
const packageFolder = (file: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

async function noticeOf(folder: string, name: string): Promise<string> {
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly version: string;
    readonly license?: string;
  };
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^(licen[cs]e|notice|copying)/i.test(entry.name)).map((entry) => entry.name);
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
  return `${name} ${version} (${license ?? "no licence named"})\n\n${texts.join("\n") || "No text comes with it.\n"}`;
}
