import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryIdentity } from "./memory-identity.ts";

test("a cluster in memory is the same one when it is started again, and two of them are two", async () => {
  const folder = await mkdtemp(join(tmpdir(), "drover-identity-"));
  try {
    const first = await memoryIdentity(folder, "lab-1");
    expect(await memoryIdentity(folder, "lab-1")).toBe(first);
    expect(await memoryIdentity(folder, "lab-2")).not.toBe(first);
    await writeFile(join(folder, "in-memory-clusters", "lab-1"), "cut");
    expect(await memoryIdentity(folder, "lab-1")).toMatch(/^[0-9a-f-]{36}$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
