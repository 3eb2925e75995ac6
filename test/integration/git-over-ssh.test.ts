import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import type { Mirror } from "../../control-plane/src/app/source/git.ts";
import { sourceLimits } from "../../control-plane/src/app/source/source-files.ts";
import { makeKeyPair, sshGitHost, type SshGitHost } from "../support/ssh-git-host.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

interface World {
  readonly host: SshGitHost;
  readonly head: string;
  /** Opens the repository with credentials of these files. */
  mirrorWith(files: Readonly<Record<string, string>>): Promise<Mirror>;
}

async function world(): Promise<World> {
  const host = await sshGitHost();
  const bare = async (...args: string[]): Promise<string> => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    return (await promisify(execFile)("git", ["-C", host.folder, ...identity, ...args])).stdout.trim();
  };
  const file = join(host.root, "a.yaml");
  await writeFile(file, "hello");
  const blob = await bare("hash-object", "-w", file);
  await bare("read-tree", "--empty");
  await bare("update-index", "--add", "--cacheinfo", `100644,${blob},a.yaml`);
  const head = await bare("commit-tree", await bare("write-tree"), "-m", "first");
  await bare("update-ref", "refs/heads/main", head);
  const credentialsDir = join(host.root, "credentials");
  const git = createGit({
    dataDir: join(host.root, "data"),
    credentialsDir,
    localRepository: undefined,
    egress: { allow: [host.address], privateRanges: "allowed" },
    clock: systemClock,
  });
  return {
    host,
    head,
    async mirrorWith(files) {
      await mkdir(join(credentialsDir, "deploy"), { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(credentialsDir, "deploy", name), text);
      return git.open({ repository: host.url, credentialsRef: "deploy" }, signal);
    },
  };
}

test("a deploy key opens a repository of a known host, for reading and for pushing", async () => {
  const { host, head, mirrorWith } = await world();
  const mirror = await mirrorWith({ "ssh-privatekey": host.deployKey.privateKey, known_hosts: host.knownHosts });
  await mirror.fetch(signal);
  expect(await mirror.resolve("main", signal)).toBe(head);
  const contents = await mirror.contents(await mirror.files(head, "", sourceLimits, signal), sourceLimits, signal);
  expect(Buffer.from(contents.get("a.yaml") ?? []).toString()).toBe("hello");

  const change = { message: "promote", author: "Ada <ada@example.com>", files: new Map([["b.yaml", "more"]]) };
  const [next = ""] = await mirror.write(head, [change], signal);
  expect(await mirror.push("main", head, next, signal)).toEqual({ kind: "pushed" });
  const { stdout } = await promisify(execFile)("git", ["-C", host.folder, "show", "main:b.yaml"]);
  expect(stdout).toBe("more");
});

test.each(["unknown", "changed"])("a host whose key is %s is refused, and not trusted from then on", async (which) => {
  const { host, mirrorWith } = await world();
  const other = await makeKeyPair(host.root, "other");
  const knownHosts = which === "unknown" ? "" : `[${host.address.replace(":", "]:")} ${other.publicKey}\n`;
  const mirror = await mirrorWith({ "ssh-privatekey": host.deployKey.privateKey, known_hosts: knownHosts });
  for (const _ of ["first", "second"])
    await expect(mirror.fetch(signal)).rejects.toMatchObject({ kind: "unavailable", code: "SOURCE_HOST_KEY_UNKNOWN" });
  expect(await mirror.resolve("main", signal)).toBeUndefined();
  expect(await readFile(join(host.root, "credentials/deploy/known_hosts"), "utf8")).toBe(knownHosts);
});

test("another key than the deploy key is refused", async () => {
  const { host, mirrorWith } = await world();
  const { privateKey } = await makeKeyPair(host.root, "other");
  const mirror = await mirrorWith({ "ssh-privatekey": privateKey, known_hosts: host.knownHosts });
  await expect(mirror.fetch(signal)).rejects.toMatchObject({ kind: "unavailable", code: "SOURCE_CREDENTIALS_REFUSED" });
});

test("credentials without a private key are missing", async () => {
  const { host, mirrorWith } = await world();
  const mirror = await mirrorWith({ known_hosts: host.knownHosts });
  await expect(mirror.fetch(signal)).rejects.toMatchObject({
    code: "SOURCE_CREDENTIALS_MISSING",
    message: expect.stringContaining("ssh-privatekey"),
  });
});
