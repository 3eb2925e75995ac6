import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "@drover/kit/node";
import { expect, onTestFinished, test } from "vitest";
import { createGit, type GitOptions } from "../../control-plane/src/adapters/git/git.ts";
import { createSourceFiles } from "../../control-plane/src/adapters/git/source-files.ts";
import type { SourceFiles, SourcePlace } from "../../control-plane/src/app/source/source-files.ts";
import { testGit, type TestGit, type WorkTree } from "../support/git-work-tree.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

interface Hostile {
  readonly git: TestGit;
  readonly tree: WorkTree;
  readonly place: SourcePlace;
  readonly source: SourceFiles;
  readonly sourceWith: (options: Partial<GitOptions>) => SourceFiles;
  /** Makes a tree object of `mode name id` entries that git itself would not make, and pushes a commit of it. */
  pushTree(entries: readonly (readonly [string, string, string])[]): Promise<string>;
  blob(content: string): Promise<string>;
  rawTree(entries: readonly (readonly [string, string, string])[]): Promise<string>;
}

async function hostile(): Promise<Hostile> {
  const git = await testGit();
  const tree = await git.clone("web");
  const sourceWith = (options: Partial<GitOptions>): SourceFiles =>
    createSourceFiles(
      createGit({
        dataDir: git.dataDir,
        credentialsDir: git.credentialsDir,
        localRepository: undefined,
        egress: { allow: [git.address], privateRanges: "allowed" },
        clock: systemClock,
        ...options,
      }),
    );
  const written = async (type: string, content: Buffer): Promise<string> => {
    const child = promisify(execFile)("git", ["-C", tree.folder, "hash-object", "-w", "-t", type, "--literally", "--stdin"]);
    child.child.stdin?.end(content);
    return (await child).stdout.trim();
  };
  const rawTree = (entries: readonly (readonly [string, string, string])[]): Promise<string> =>
    written(
      "tree",
      Buffer.concat(entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]))),
    );
  return {
    git,
    tree,
    place: { repository: git.host.cloneUrl("web"), credentialsRef: "git-host" },
    source: sourceWith({}),
    sourceWith,
    blob: (content) => written("blob", Buffer.from(content)),
    rawTree,
    async pushTree(entries) {
      const commit = await tree.git("commit-tree", await rawTree(entries), "-m", "hostile");
      await tree.git("push", "--quiet", "--force", "origin", `${commit}:refs/heads/main`);
      return commit;
    },
  };
}

const read = async ({ source, place }: Hostile, folder = ""): Promise<readonly string[]> => [
  ...(await source.files(place, await source.resolve(place, "main", signal), folder, signal)).keys(),
];

test("reads the files below a folder, and passes submodules over", async () => {
  const world = await hostile();
  await world.tree.push({ "deploy/a.yaml": "a", "deploy/more/b.yaml": "b", "other/c.yaml": "c" });
  await world.tree.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},deploy/sub`);
  await world.tree.git("commit", "--quiet", "--message", "submodule");
  await world.tree.git("push", "--quiet", "origin", "HEAD:main");
  expect(await read(world, "./deploy/")).toEqual(["deploy/a.yaml", "deploy/more/b.yaml"]);
  await expect(read(world, "nosuch")).rejects.toMatchObject({ kind: "not-found", code: "SOURCE_PATH_NOT_FOUND" });
});

test("a symbolic link is refused by name, below the folder and on the way to it", async () => {
  const world = await hostile();
  await world.tree.push({ "deploy/a.yaml": "a" });
  await symlink("../../../../etc/passwd", join(world.tree.folder, "deploy/link.yaml"));
  await symlink("deploy", join(world.tree.folder, "way"));
  await world.tree.push({});
  await expect(read(world, "deploy")).rejects.toMatchObject({
    code: "SOURCE_SYMLINK",
    message: expect.stringMatching(/deploy\/link\.yaml.*commit the file itself/),
  });
  await expect(read(world, "way")).rejects.toMatchObject({ code: "SOURCE_SYMLINK", details: { path: "way" } });
  await expect(read(world, "way/more")).rejects.toMatchObject({ code: "SOURCE_SYMLINK" });
});

test.each(["../x", "deploy/../../x", "/etc", ".git", "deploy/.GIT"])("the folder %s is refused", async (folder) => {
  const world = await hostile();
  await world.tree.push({ "deploy/a.yaml": "a" });
  await expect(read(world, folder)).rejects.toMatchObject({ code: "SOURCE_PATH_UNSAFE" });
});

test.each(["..", ".git", ".GIT", "a/b", "a\u001b[2Jb", "a\nb", "dot."])("a tree that names an entry %j is refused", async (name) => {
  const world = await hostile();
  await world.pushTree([["100644", name, await world.blob("x")]]);
  await expect(read(world)).rejects.toMatchObject({ kind: "invalid", code: "SOURCE_PATH_UNSAFE" });
});

test("a tree with one name twice, even if only composed differently, is refused", async () => {
  const world = await hostile();
  const [a, b] = [await world.blob("a"), await world.blob("b")];
  await world.pushTree([
    ["100644", "x", a],
    ["100644", "x", b],
  ]);
  await expect(read(world)).rejects.toMatchObject({ code: "SOURCE_PATH_UNSAFE" });
  await world.pushTree([
    ["100644", "a\u0308", a],
    ["100644", "\u00e4", b],
  ]);
  await expect(read(world)).rejects.toMatchObject({ code: "SOURCE_PATH_UNSAFE" });
});

test("a billion paths in ten trees end at the limit, soon", async () => {
  const world = await hostile();
  let [mode, id] = ["100644", await world.blob("x")];
  for (let level = 0; level < 10; level += 1) {
    id = await world.rawTree(Array.from({ length: 10 }, (_, index) => [mode, `n${index}`, id] as const));
    mode = "40000";
  }
  await world.pushTree([["40000", "bomb", id]]);
  const start = performance.now();
  await expect(read(world)).rejects.toMatchObject({ code: "SOURCE_TOO_LARGE" });
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("a file is refused by its declared size, before it is inflated", async () => {
  const world = await hostile();
  await world.tree.push({ "zeros.yaml": "\0".repeat(16 * 1024 * 1024) });
  await world.source.resolve(world.place, "main", signal);
  await expect(read(world)).rejects.toMatchObject({ code: "SOURCE_TOO_LARGE", message: expect.stringContaining("16777216 bytes") });
});

test("a mirror that gives another content for an object is found out, where git itself does not notice", async () => {
  const world = await hostile();
  await world.tree.push({ "a.yaml": "the right one", "b.yaml": "the wrong one" });
  await world.source.resolve(world.place, "main", signal);
  const { stdout } = await promisify(execFile)("find", [world.git.dataDir, "-name", "*.idx"]);
  await swapInIndex(stdout.trim(), await world.blob("the right one"), await world.blob("the wrong one"));
  await expect(read(world)).rejects.toMatchObject({ code: "SOURCE_OBJECT_CORRUPT" });
});

/** Exchanges the places of two objects in a pack's index, version 2: header, fan-out, ids, checksums, offsets. */
async function swapInIndex(file: string, first: string, second: string): Promise<void> {
  const index = await readFile(file);
  const count = index.readUInt32BE(8 + 255 * 4);
  const ids = 8 + 256 * 4;
  const offsetOf = (id: string): number => ids + count * 24 + ((index.indexOf(Buffer.from(id, "hex"), ids) - ids) / 20) * 4;
  const [a, b] = [offsetOf(first), offsetOf(second)];
  const held = index.readUInt32BE(a);
  index.writeUInt32BE(index.readUInt32BE(b), a);
  index.writeUInt32BE(held, b);
  await chmod(file, 0o600);
  await writeFile(file, index);
}

test("only known hosts are reached, at the very address that was judged", async () => {
  const world = await hostile();
  const head = await world.tree.push({ "a.yaml": "a" });
  const place = { ...world.place, repository: world.place.repository.replace("127.0.0.1", "git.invalid") };
  const resolvesTo = (...addresses: string[]): Pick<GitOptions, "resolveHost"> => ({ resolveHost: async () => addresses });
  const port = world.git.host.port;

  // No resolver knows git.invalid: that it answers shows that git connects to what we resolved.
  const allowed = world.sourceWith({ ...resolvesTo("127.0.0.1"), egress: { allow: [`git.invalid:${port}`], privateRanges: "allowed" } });
  expect(await allowed.resolve(place, "main", signal)).toBe(head);
  const rebound = world.sourceWith({
    ...resolvesTo("140.82.121.4", "127.0.0.1"),
    egress: { allow: [`127.0.0.1:${port}`], privateRanges: "allowed" },
  });
  await expect(rebound.resolve(place, "main", signal)).rejects.toMatchObject({ kind: "forbidden", code: "SOURCE_EGRESS_REFUSED" });
  const metadata = world.sourceWith({ ...resolvesTo("::ffff:169.254.169.254"), egress: { allow: [], privateRanges: "allowed" } });
  await expect(metadata.resolve(place, "main", signal)).rejects.toMatchObject({
    code: "SOURCE_EGRESS_REFUSED",
    message: expect.stringContaining("metadata"),
  });
});

test("folders of this machine and other schemes are refused; only the configured fleet repository may be a folder", async () => {
  const world = await hostile();
  const head = await world.tree.push({ "a.yaml": "a" });
  const folder = world.git.host.folderOf("web");
  const refusal = async (repository: string): Promise<unknown> =>
    world.source.resolve({ repository, credentialsRef: undefined }, "main", signal).catch((thrown: unknown) => thrown);
  expect(await refusal(folder)).toMatchObject({ code: "SOURCE_URL_INVALID" });
  expect(await refusal(`file://${folder}`)).toMatchObject({ code: "SOURCE_SCHEME_REFUSED" });
  expect(await refusal("ext::sh -c id")).toMatchObject({ code: "SOURCE_SCHEME_REFUSED" });
  const embedded = world.sourceWith({ localRepository: folder });
  expect(await embedded.resolve({ repository: folder, credentialsRef: undefined }, "main", signal)).toBe(head);
});

test("credentials that lack or fail are told apart, and never shown", async () => {
  const world = await hostile();
  await world.tree.push({ "a.yaml": "a" });
  const resolve = (credentialsRef: string | undefined) => world.source.resolve({ ...world.place, credentialsRef }, "main", signal);
  await expect(resolve(undefined)).rejects.toMatchObject({ code: "SOURCE_CREDENTIALS_REFUSED" });
  await expect(resolve("nosuch")).rejects.toMatchObject({
    code: "SOURCE_CREDENTIALS_MISSING",
    message: expect.stringContaining(join(world.git.credentialsDir, "nosuch")),
  });
  await mkdir(join(world.git.credentialsDir, "wrong"));
  await writeFile(join(world.git.credentialsDir, "wrong/username"), "drover");
  await writeFile(join(world.git.credentialsDir, "wrong/password"), "hunter2");
  const error: unknown = await resolve("wrong").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "SOURCE_CREDENTIALS_REFUSED" });
  expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain("hunter2");
});

test("what some credentials opened is not read by those who lack them", async () => {
  const world = await hostile();
  const head = await world.tree.push({ "a.yaml": "a" });
  await world.source.resolve(world.place, "main", signal);
  await expect(world.source.files({ ...world.place, credentialsRef: undefined }, head, "", signal)).rejects.toMatchObject({
    code: "SOURCE_CREDENTIALS_REFUSED",
  });
});

test("a redirect is not followed", async () => {
  const world = await hostile();
  await world.tree.push({ "a.yaml": "a" });
  const address = await listening((url) => ({ status: 302, location: `${world.git.host.url}${url}` }));
  const source = world.sourceWith({ egress: { allow: [world.git.address, address], privateRanges: "allowed" } });
  await expect(source.resolve({ ...world.place, repository: `http://${address}/web.git` }, "main", signal)).rejects.toMatchObject({
    code: "SOURCE_REDIRECTED",
  });
});

test("a host that never answers is given up with the request, and nothing of git stays behind", async () => {
  const world = await hostile();
  const address = await listening(() => undefined);
  const source = world.sourceWith({ egress: { allow: [address], privateRanges: "allowed" } });
  const impatient = new AbortController();
  const request = source.resolve({ ...world.place, repository: `http://${address}/web.git` }, "main", impatient.signal);
  request.catch(() => {});
  const gits = async (): Promise<number> =>
    (await promisify(execFile)("ps", ["-eo", "args"])).stdout.split("\n").filter((line) => line.includes(`${address}/web.git`)).length;
  await waitUntil("git is at it", async () => (await gits()) > 0);
  impatient.abort();
  await expect(request).rejects.toMatchObject({ kind: "cancelled", code: "GIT_CANCELLED" });
  await waitUntil("git is gone", async () => (await gits()) === 0);
});

/** A server that answers as told, or never. Returns its `host:port`. */
async function listening(answer: (url: string) => { readonly status: number; readonly location: string } | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const told = answer(request.url ?? "");
    if (told !== undefined) response.writeHead(told.status, { location: told.location }).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
