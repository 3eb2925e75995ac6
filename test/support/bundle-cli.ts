import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const builder = join(import.meta.dirname, "../../cli/bundle.ts");
const buildMs = 60_000;

/** The command line as it is shipped, in this folder. Answers the program; tests take the run's: `shared("cli")`. */
export async function bundleCli(folder: string): Promise<string> {
  const program = join(folder, "drover.mjs");
  await promisify(execFile)(process.execPath, [builder, program], { timeout: buildMs });
  return program;
}
