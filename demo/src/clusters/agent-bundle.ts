import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { agentSources, programs } from "../programs.ts";

const bundleTimeoutMs = 60_000;

/** The agent as one file, as it is shipped. Bundled now unless the file is newer than everything it is made of. */
export async function agentBundle(): Promise<string> {
  const made = await modifiedAt(programs.agentBundle);
  const changed = Math.max(...(await Promise.all(agentSources.map(newestIn))));
  if (made > changed) return programs.agentBundle;
  try {
    await promisify(execFile)(process.execPath, [programs.agentBundler], { timeout: bundleTimeoutMs, killSignal: "SIGKILL" });
  } catch (cause) {
    throw new DroverError("unavailable", "AGENT_NOT_BUNDLED", `bundle the agent: ${programs.agentBundler} failed`, { cause });
  }
  return programs.agentBundle;
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
