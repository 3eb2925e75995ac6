import { systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import type { Mirror } from "../../control-plane/src/app/source/git.ts";
import { testGit, type WorkTree } from "../support/git-work-tree.ts";

const { signal } = new AbortController();
const limits = { files: 100, fileBytes: 1_000, bytes: 10_000, depth: 4 };

/** Reads that follow one another closely are answered by one git. */
async function webMirror(): Promise<{ readonly web: WorkTree; readonly mirror: Mirror }> {
  const { host, address, credentialsDir, dataDir, clone } = await testGit();
  const web = await clone("web");
  const egress = { allow: [address], privateRanges: "refused" } as const;
  const git = createGit({ dataDir, credentialsDir, localRepository: undefined, egress, clock: systemClock });
  return { web, mirror: await git.open({ repository: host.cloneUrl("web"), credentialsRef: "git-host" }, signal) };
}

async function textAt(mirror: Mirror, commit: string): Promise<string> {
  const contents = await mirror.contents(await mirror.files(commit, "", limits, signal), limits, signal);
  return new TextDecoder().decode(contents.get("version"));
}

test("a read sees what was fetched since the read before", async () => {
  const { web, mirror } = await webMirror();
  for (const version of ["1", "2", "3"]) {
    const commit = await web.push({ version });
    expect(await mirror.resolve(commit.slice(0, 12), signal)).toBeUndefined();
    await mirror.fetch(signal);
    expect(await mirror.resolve(commit.slice(0, 12), signal)).toBe(commit);
    expect(await mirror.resolve("main", signal)).toBe(commit);
    expect(await textAt(mirror, commit)).toBe(version);
  }
});

test("a read that is given up does not disturb the next one", async () => {
  const { web, mirror } = await webMirror();
  const commit = await web.push({ version: "1" });
  await mirror.fetch(signal);
  for (let round = 0; round < 3; round += 1) {
    const giveUp = new AbortController();
    const given = mirror.files(commit, "", limits, giveUp.signal);
    giveUp.abort();
    await expect(given).rejects.toMatchObject({ code: "GIT_CANCELLED" });
    expect(await textAt(mirror, commit)).toBe("1");
  }
});

test("reads at the same time do not take one another's answers", async () => {
  const { web, mirror } = await webMirror();
  const versions = ["1", "2", "3", "4"];
  const commits = [];
  for (const version of versions) commits.push(await web.push({ version }));
  await mirror.fetch(signal);
  expect(await Promise.all(commits.map((commit) => textAt(mirror, commit)))).toEqual(versions);
  const read = await Promise.all(commits.map((commit) => mirror.commit(commit, signal)));
  expect(read.map((commit) => commit?.id)).toEqual(commits);
});

test("commits are followed by first parents, however many came at once", async () => {
  const { web, mirror } = await webMirror();
  const first = await web.push({ version: "1" });
  const second = await web.push({ version: "2" });
  await web.git("checkout", "--quiet", "-b", "side", first);
  await web.git("commit", "--quiet", "--allow-empty", "--message", "side");
  const side = await web.git("rev-parse", "HEAD");
  await web.git("checkout", "--quiet", "main");
  await web.git("merge", "--quiet", "--no-ff", "--message", "merge", "side");
  const merged = await web.push({ version: "3" });
  await mirror.fetch(signal);
  const idsAfter = async (from: string): Promise<readonly string[]> =>
    (await mirror.firstParents(from, merged, 10, signal)).map(({ id }) => id);
  const merge = await web.git("rev-parse", "HEAD~1");
  expect([await idsAfter(merge), await idsAfter(second), await idsAfter(first)]).toEqual([
    [merged],
    [merge, merged],
    [second, merge, merged],
  ]);
  expect(await mirror.isAncestor(side, merge, signal)).toBe(true);
  expect(await mirror.isAncestor(first, merged, signal)).toBe(true);
  expect(await mirror.isAncestor(merged, second, signal)).toBe(false);
});
