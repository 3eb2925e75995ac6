import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLockFile } from "./lock-file.ts";

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-lock-"));
  lock = join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const patient = { waitMs: 10_000, onWait: () => undefined };

test("work under one lock does not overlap", async () => {
  let inside = 0;
  const work = async (): Promise<number> => {
    inside += 1;
    const seen = inside;
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    return seen;
  };
  expect(await Promise.all([1, 2, 3].map(() => withLockFile(lock, patient, work)))).toEqual([1, 1, 1]);
  expect(await readdir(folder)).toEqual([]);
});

test("a holder that has died is overtaken", async () => {
  await writeFile(lock, String(spawnSync("true").pid));
  expect(await withLockFile(lock, { ...patient, waitMs: 0 }, async () => "done")).toBe("done");
});

test("a lock from days ago is overtaken even if its number is in use again", async () => {
  await writeFile(lock, String(process.pid));
  await utimes(lock, 0, 0);
  expect(await withLockFile(lock, { ...patient, waitMs: 0 }, async () => "done")).toBe("done");
});

test("waiting for a living holder is announced once and ends at the deadline", async () => {
  await writeFile(lock, String(process.pid));
  let announced = 0;
  const waiting = withLockFile(lock, { waitMs: 300, onWait: () => (announced += 1) }, async () => "never");
  await expect(waiting).rejects.toMatchObject({ code: "LOCK_HELD" });
  expect(announced).toBe(1);
});

test("the lock is let go when the work fails", async () => {
  await expect(withLockFile(lock, patient, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(folder)).toEqual([]);
});
