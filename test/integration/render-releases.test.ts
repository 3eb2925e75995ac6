import { DroverError, instant } from "@drover/kit";
import { unpackBundle } from "@drover/proto/wire";
import { expect, onTestFinished, test } from "vitest";
import { createReleaseReads } from "../../control-plane/src/adapters/pg/release/release-reads.ts";
import { createReleaseStore, createRenderStore } from "../../control-plane/src/adapters/pg/release/releases.ts";
import { createRenderer } from "../../control-plane/src/adapters/render/renderer.ts";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import { createReleases } from "../../control-plane/src/app/release/create-releases.ts";
import type { Releases } from "../../control-plane/src/app/release/releases.ts";
import type { SourceFiles } from "../../control-plane/src/app/source/source-files.ts";
import type { ReleaseSpec } from "../../control-plane/src/domain/release/release.ts";
import { type TestDatabase, testDatabase } from "../support/index.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();
const spec: ReleaseSpec = {
  repository: "https://git.example/web.git",
  path: "deploy",
  credentialsRef: undefined,
  render: { kind: "yaml", substitute: true },
};
const commitOf = (digit: string): string => digit.repeat(40);
const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { region: '${region}', text: 9007199254740993 }\n";

interface World {
  readonly database: TestDatabase;
  readonly releases: Releases;
  /** Another replica over the same database. */
  readonly other: Releases;
  /** How often files were read from the source. */
  readonly reads: () => number;
  /** What reading files answers from now on. */
  readonly setFiles: (read: () => Readonly<Record<string, string>>) => void;
}

async function world(): Promise<World> {
  const database = await testDatabase();
  let reads = 0;
  let content: () => Readonly<Record<string, string>> = () => ({ "deploy/a.yaml": configMap });
  const sources: SourceFiles = {
    resolve: (_place, revision) => Promise.resolve(revision),
    commit: () => Promise.resolve({ author: "Ada <ada@example.com>", message: "Change\0 it\n", committedAt: instant(1_700_000_000_000) }),
    files(_place, _revision, folder) {
      reads += 1;
      return Promise.resolve().then(() => {
        const files = Object.entries(content()).filter(([path]) => path.startsWith(folder));
        return new Map(files.map(([path, text]) => [path, new TextEncoder().encode(text)]));
      });
    },
  };
  const replica = (): Releases => {
    const renderer = createRenderer({ kustomize: () => Promise.reject(new Error("not asked for")) });
    onTestFinished(renderer.close);
    return createReleases({ releases: createReleaseStore(database), renders: createRenderStore(database), sources, renderer });
  };
  return { database, releases: replica(), other: replica(), reads: () => reads, setFiles: (read) => (content = read) };
}

test("replicas that meet a commit at once make one release of it", async () => {
  const { database, releases, other } = await world();
  const asked = Array.from({ length: 10 }, (_, index) => (index % 2 ? releases : other).ensure("web", spec, commitOf("a"), signal));
  const ensured = await Promise.all(asked);
  for (const release of ensured) expect(release).toEqual(ensured[0]);
  expect(ensured[0]).toMatchObject({
    number: 1,
    revision: commitOf("a"),
    spec,
    author: "Ada <ada@example.com>",
    committedAt: 1_700_000_000_000,
  });
  expect((await database.query({ text: "select id from releases" })).rows).toHaveLength(1);
  expect((await database.query({ text: "select subject from events where kind = 'ReleaseCreated'" })).rows).toEqual([
    { subject: "applications/web" },
  ]);
});

test("each application counts its releases from 1, without gaps", async () => {
  const { releases, other } = await world();
  const commits = [..."0123456789"].map(commitOf);
  const ensured = await Promise.all(commits.map((commit, index) => (index % 2 ? releases : other).ensure("web", spec, commit, signal)));
  expect(ensured.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect((await releases.ensure("api", spec, commitOf("a"), signal)).number).toBe(1);
  expect((await releases.ensure("web", { ...spec, path: "other" }, commitOf("0"), signal)).number).toBe(11);
});

test("a release is rendered once for each set of inputs, whichever replica is asked", async () => {
  const { database, releases, other, reads } = await world();
  const release = await releases.ensure("web", spec, commitOf("a"), signal);
  const eu = await releases.render(release, { region: "eu" }, signal);
  expect(await other.render(release, { region: "eu" }, signal)).toEqual(eu);
  const us = await releases.render(release, { region: "us" }, signal);
  expect(us).toMatchObject({ kind: "bundle", objects: 1 });
  expect(us).not.toEqual(eu);
  expect(reads()).toBe(1);

  const { rows } = await database.query<{ digest: never; gzip: Uint8Array }>({
    text: "select digest, gzip from bundles where digest = $1",
    values: [eu.kind === "bundle" && eu.digest],
  });
  const [bundle] = rows.map(({ digest, gzip }) => unpackBundle(digest, gzip));
  expect(bundle).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { region: "eu", text: 9007199254740993n } },
  ]);
});

test("the objects of a bundle are found by its digest, as they were rendered", async () => {
  const { releases } = await world();
  const release = await releases.ensure("web", spec, commitOf("a"), signal);
  const rendered = await releases.render(release, { region: "eu" }, signal);
  if (rendered.kind !== "bundle") throw new Error("it did not render");
  expect(await releases.objects(rendered.digest)).toMatchObject([{ kind: "ConfigMap", data: { region: "eu" } }]);
});

test("equal content of two releases is one bundle", async () => {
  const { database, releases } = await world();
  const first = await releases.render(await releases.ensure("web", spec, commitOf("a"), signal), { region: "eu" }, signal);
  const second = await releases.render(await releases.ensure("web", spec, commitOf("b"), signal), { region: "eu" }, signal);
  expect(second).toEqual(first);
  expect((await database.query({ text: "select 1 from bundles" })).rows).toHaveLength(1);
  expect((await database.query({ text: "select 1 from renders" })).rows).toHaveLength(2);
});

test("what is wrong with the files is remembered and found again", async () => {
  const { releases, setFiles, reads } = await world();
  setFiles(() => ({ "deploy/a.yaml": 'a: "\\0${x}"\n' }));
  const release = await releases.ensure("web", spec, commitOf("a"), signal);
  const problem = await releases.render(release, {}, signal);
  expect(problem).toMatchObject({ kind: "problem", problem: { code: "VALUE_UNKNOWN", details: { file: "deploy/a.yaml", document: 1 } } });
  expect(await releases.render(release, {}, signal)).toMatchObject({ kind: "problem", problem: { code: "VALUE_UNKNOWN" } });
  expect(reads()).toBe(1);
});

test("a release says why nothing could be made of it, until something could", async () => {
  const { database, releases, setFiles } = await world();
  const reads = createReleaseReads(database);
  setFiles(() => ({ "deploy/a.yaml": configMap }));
  const { id } = await releases.ensure("web", spec, commitOf("a"), signal);
  expect(await reads.get(id)).not.toHaveProperty("problem");
  await releases.render(await releases.ensure("web", spec, commitOf("a"), signal), {}, signal);
  expect(await reads.get("web-1")).toMatchObject({ problem: { code: "VALUE_UNKNOWN", message: expect.stringContaining("region") } });
  const { items } = await reads.list(unfiltered({ size: 10, after: undefined }));
  expect(items).toMatchObject([{ name: "web-1", problem: { code: "VALUE_UNKNOWN" } }]);
  await releases.render(await releases.ensure("web", spec, commitOf("a"), signal), { region: "eu" }, signal);
  expect(await reads.get(id)).not.toHaveProperty("problem");
});

test("a render of nothing is a bundle of no objects", async () => {
  const { releases, setFiles } = await world();
  setFiles(() => ({ "deploy/README.md": "" }));
  expect(await releases.render(await releases.ensure("web", spec, commitOf("a"), signal), {}, signal)).toMatchObject({
    kind: "bundle",
    objects: 0,
  });
});

test("a symlink is the commit's fault and remembered; a host that does not answer is not", async () => {
  const { database, releases, setFiles } = await world();
  const release = await releases.ensure("web", spec, commitOf("a"), signal);
  setFiles(() => {
    throw new DroverError("unavailable", "SOURCE_UNAVAILABLE", "the host does not answer");
  });
  await expect(releases.render(release, {}, signal)).rejects.toThrow(expect.objectContaining({ code: "SOURCE_UNAVAILABLE" }));
  expect((await database.query({ text: "select 1 from renders" })).rows).toEqual([]);
  setFiles(() => {
    throw new DroverError("invalid", "SOURCE_SYMLINK", "read deploy/link: it is a symbolic link");
  });
  expect(await releases.render(release, {}, signal)).toMatchObject({ kind: "problem", problem: { code: "SOURCE_SYMLINK" } });
  expect((await database.query({ text: "select problem->>'code' as code from renders" })).rows).toEqual([{ code: "SOURCE_SYMLINK" }]);
});
