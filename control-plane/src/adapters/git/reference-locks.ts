import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@drover/kit/node";
import type { GitResult } from "./run-git.ts";

const attempts = 10;
const pauseMs = 50;
/** Longer than any run of git may take here, so whoever made an older lock was killed. */
const staleAfterMs = 10 * 60_000;

/**
 * Runs a git that updates references. Another replica on the same data directory may be updating them too; git does not wait for it but
 * fails, and mostly finds its work done when it is asked again.
 */
export async function pastLocks(gitDir: string, clock: Clock, run: () => Promise<GitResult>, signal: AbortSignal): Promise<GitResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await run();
    if (result.status === 0 || attempt === attempts || !/cannot lock ref|\.lock': File exists/.test(result.stderr)) return result;
    await removeStaleLocks(gitDir, clock);
    await clock.sleep(pauseMs, signal);
  }
}

async function removeStaleLocks(gitDir: string, clock: Clock): Promise<void> {
  const references = (await readdir(join(gitDir, "refs"), { recursive: true })).map((name) => join("refs", name));
  for (const name of ["packed-refs.lock", ...references]) {
    if (!name.endsWith(".lock")) continue;
    const file = join(gitDir, name);
    const made = await stat(file).catch(() => undefined); // a living one may be gone by now
    if (made !== undefined && made.mtimeMs < clock.now() - staleAfterMs) await rm(file, { force: true });
  }
}
