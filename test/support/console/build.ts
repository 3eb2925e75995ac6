import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const builder = join(import.meta.dirname, "../../../console/build.ts");
const buildMs = 60_000;

/** The console as it is shipped, in a folder of its own. */
export async function buildConsole(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "drover-console-"));
  await promisify(execFile)(process.execPath, [builder, folder], { timeout: buildMs });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
