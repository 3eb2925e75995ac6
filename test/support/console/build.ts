import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const builder = join(import.meta.dirname, "../../../console/build.ts");
const buildMs = 60_000;

/** The console as it is shipped, in this folder. Tests take the run's: `shared("console")`. */
export async function buildConsole(folder: string): Promise<string> {
  await promisify(execFile)(process.execPath, [builder, folder], { timeout: buildMs });
  return folder;
}
