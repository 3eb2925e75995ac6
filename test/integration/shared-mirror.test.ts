import { createHash } from "node:crypto";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import type { Mirror } from "../../control-plane/src/app/source/git.ts";
import { testGit, type TestGit } from "../support/git-work-tree.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

/** The mirror as one process of the control plane sees it. */
const openMirror = ({ host, address, credentialsDir, dataDir }: TestGit): Promise<Mirror> =>
  createGit({
    dataDir,
    credentialsDir,
    localRepository: undefined,
    egress: { allow: [address], privateRanges: "refused" },
    clock: systemClock,
  }).open({ repository: host.cloneUrl("web"), credentialsRef: "git-host" }, signal);

test("replicas that share a data directory fetch into one mirror at once", async () => {
  const git = await testGit();
  const web = await git.clone("web");
  const branches = Array.from({ length: 30 }, (_, index) => `HEAD:refs/heads/branch-${index}`);
  const replicas = [await openMirror(git), await openMirror(git), await openMirror(git)];
  for (let round = 0; round < 5; round += 1) {
    const commit = await web.push({ round: String(round) });
    await web.git("push", "--quiet", "--force", "origin", ...branches);
    await Promise.all(replicas.map((mirror) => mirror.fetch(signal)));
    for (const mirror of replicas) expect(await mirror.resolve("branch-29", signal)).toBe(commit);
  }
});

test("a lock that a killed git left behind does not stop a mirror for ever", async () => {
  const git = await testGit();
  const web = await git.clone("web");
  await web.push({ version: "1" });
  const mirror = await openMirror(git);
  await mirror.fetch(signal);
  const name = createHash("sha256")
    .update(`${git.host.cloneUrl("web")}\ngit-host`)
    .digest("hex")
    .slice(0, 40);
  const lock = join(git.dataDir, "mirrors", name, "refs/remotes/origin/main.lock");
  await writeFile(lock, "");
  await utimes(lock, new Date(0), new Date(0));
  const commit = await web.push({ version: "2" });
  await mirror.fetch(signal);
  expect(await mirror.resolve("main", signal)).toBe(commit);
});
