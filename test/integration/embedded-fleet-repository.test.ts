import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@drover/kit/node";
import { expect, onTestFinished, test } from "vitest";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import { ensureLocalRepository } from "../../control-plane/src/adapters/git/local-repository.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

test("the embedded fleet repository is a folder that is made once, fetched from and pushed to", async () => {
  const root = await mkdtemp(join(tmpdir(), "drover-test-embedded-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, "fleet.git");
  for (let start = 0; start < 2; start += 1) await ensureLocalRepository(folder, "main", systemClock.now());

  const egress = { allow: [], privateRanges: "refused" } as const;
  const git = createGit({ dataDir: root, credentialsDir: root, localRepository: folder, egress, clock: systemClock });
  const mirror = await git.open({ repository: folder, credentialsRef: undefined }, signal);
  await mirror.fetch(signal);
  const head = (await mirror.resolve("main", signal)) as string;
  expect(await mirror.commit(head, signal)).toMatchObject({ parents: [], author: "Drover <drover@localhost>" });
  const limits = { files: 10, fileBytes: 10_000, bytes: 10_000, depth: 2 };
  expect((await mirror.files(head, "", limits, signal)).map(({ path }) => path)).toEqual(["drover.yaml"]);

  const files = new Map([["clusters/eu.yaml", "id: aaaaaaaaaaaaaaaaaaaaaaaaaa\n"]]);
  const [next] = (await mirror.write(head, [{ message: "add\n", author: "Ada <ada@example.com>", files }], signal)) as [string];
  expect(await mirror.push("main", head, next, signal)).toEqual({ kind: "pushed" });
  const [late] = (await mirror.write(head, [{ message: "too late\n", author: "Ada <ada@example.com>", files }], signal)) as [string];
  expect(await mirror.push("main", head, late, signal)).toEqual({ kind: "moved" });
  await mirror.fetch(signal);
  expect(await mirror.resolve("main", signal)).toBe(next);
});
