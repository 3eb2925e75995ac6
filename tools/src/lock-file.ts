import { randomUUID } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DroverError } from "@drover/kit";

interface LockOptions {
  readonly waitMs: number;
  /** Called once when somebody else holds the lock. */
  readonly onWait: () => void;
}

/**
 * Runs `work` while no other process of this machine does, by a file that names its holder. A holder that has died is overtaken. Two
 * processes may overtake at the same moment and then both work, so the work itself must stand that: here it ends in an atomic rename.
 */
export async function withLockFile<T>(file: string, { waitMs, onWait }: LockOptions, work: () => Promise<T>): Promise<T> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    await acquire(file, mine, waitMs, onWait);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function acquire(file: string, mine: string, waitMs: number, onWait: () => void): Promise<void> {
  const end = performance.now() + waitMs;
  for (let waited = false; ; waited = true) {
    if (await linked(mine, file)) return;
    if (!(await isHeld(file))) {
      await rm(file, { force: true });
      continue;
    }
    if (!waited) onWait();
    if (performance.now() > end)
      throw new DroverError(
        "timeout",
        "LOCK_HELD",
        `wait for ${file}: still held after ${Math.round(waitMs / 1000)} s; remove it if nothing is being built`,
      );
    await sleep(200);
  }
}

/** A hard link appears with its content, unlike a new file, so the holder's number is always there. */
const linked = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );

/** Process numbers return: a lock older than a day is stale whoever has its number now. */
const maxAgeMs = 24 * 60 * 60 * 1000;

async function isHeld(file: string): Promise<boolean> {
  try {
    const [pid, { mtimeMs }] = [Number(await readFile(file, "utf8")), await stat(file)];
    if (Date.now() - mtimeMs > maxAgeMs) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
