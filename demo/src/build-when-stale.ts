import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";

interface Build {
  readonly product: string;
  /** All that it is made of: files and folders. */
  readonly sources: readonly string[];
  /** A program that makes it. */
  readonly builder: string;
}

const buildTimeoutMs = 60_000;

/** The product, made now unless it is newer than everything it is made of. */
export async function buildWhenStale({ product, sources, builder }: Build): Promise<string> {
  const made = await modifiedAt(product);
  const changed = Math.max(...(await Promise.all(sources.map(newestIn))));
  if (made > changed) return product;
  try {
    await promisify(execFile)(process.execPath, [builder], { timeout: buildTimeoutMs, killSignal: "SIGKILL" });
  } catch (cause) {
    throw new DroverError("unavailable", "NOT_BUILT", `build ${product}: ${builder} failed`, { cause });
  }
  return product;
}

/** 0 when there is no such file. */
const modifiedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

async function newestIn(path: string): Promise<number> {
  if (!(await stat(path)).isDirectory()) return modifiedAt(path);
  const entries = await readdir(path, { recursive: true });
  return Math.max(0, ...(await Promise.all(entries.map((entry) => modifiedAt(join(path, entry))))));
}
