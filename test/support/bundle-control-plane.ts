import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const bundler = join(import.meta.dirname, "../../control-plane/bundle.ts");
const bundleMs = 60_000;

/** The control plane as it is shipped, in this folder. Tests take the run's: `shared("control-plane")`. */
export async function bundleControlPlane(folder: string): Promise<string> {
  await promisify(execFile)(process.execPath, [bundler, folder], { timeout: bundleMs });
  return folder;
}
