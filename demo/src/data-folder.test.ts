import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDataFolder } from "./data-folder.ts";

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "drover-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a temporary folder is nobody else's and is gone when discarded", async () => {
  const { path, discard } = await makeDataFolder(undefined);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  await discard();
  await expect(stat(path)).rejects.toThrow("ENOENT");
});

test("a folder that a person named is made, and stays", async () => {
  const named = join(await scratchFolder(), "a/b");
  const { path, discard } = await makeDataFolder(named);
  await discard();
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test("a folder with something in it is refused", async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, "file"), "");
  await expect(makeDataFolder(folder)).rejects.toThrow(`${folder} is not empty`);
});

test("a folder too deep for a socket is refused", async () => {
  await expect(makeDataFolder(`/tmp/${"deep/".repeat(20)}`)).rejects.toThrow("name a shorter --data-dir");
});
