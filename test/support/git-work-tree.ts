import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startGitHost, type GitHost, type Webhook } from "@drover/tools";
import { onTestFinished } from "vitest";

/** A person's clone of a repository. */
export interface WorkTree {
  readonly folder: string;
  git(...args: string[]): Promise<string>;
  /** Writes the files (undefined deletes one), commits, pushes, and answers the commit's id. */
  push(files: Readonly<Record<string, string | undefined>>, message?: string): Promise<string>;
  pull(): Promise<string>;
}

export interface TestGit {
  readonly host: GitHost;
  /** `127.0.0.1:PORT`, for the list of allowed addresses. */
  readonly address: string;
  /** Holds the folder `git-host` with the credentials that open every repository. */
  readonly credentialsDir: string;
  /** For mirrors; empty at first. */
  readonly dataDir: string;
  clone(repository: string): Promise<WorkTree>;
}

const credentials = { username: "drover", password: "correct horse" };

/** A git host over HTTP with credentials, stopped when the test ends. */
export async function testGit(options: { readonly webhooks?: readonly Webhook[] } = {}): Promise<TestGit> {
  const { git, stop } = await startTestGit(options.webhooks);
  onTestFinished(stop);
  return git;
}

/** The same for `beforeAll`: whoever asked stops it. */
export async function startTestGit(
  webhooks: readonly Webhook[] = [],
): Promise<{ readonly git: TestGit; readonly stop: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "drover-test-git-"));
  const host = await startGitHost({ root: join(root, "repositories"), credentials });
  for (const webhook of webhooks) host.addWebhook(webhook);
  const stop = async (): Promise<void> => {
    await host.stop();
    await rm(root, { recursive: true, force: true });
  };
  const credentialsDir = join(root, "credentials");
  await mkdir(join(credentialsDir, "git-host"), { recursive: true });
  for (const [name, value] of Object.entries(credentials)) await writeFile(join(credentialsDir, "git-host", name), `${value}\n`);
  const git: TestGit = {
    host,
    address: `127.0.0.1:${host.port}`,
    credentialsDir,
    dataDir: join(root, "data"),
    clone: async (repository) => {
      const url = new URL(await host.createRepository(repository));
      Object.assign(url, credentials);
      return workTree(await mkdtemp(join(root, "clone-")), url.toString());
    },
  };
  return { git, stop };
}

async function workTree(folder: string, url: string): Promise<WorkTree> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("git", ["-C", folder, ...args], { env: { ...process.env, ...identity }, timeout: 30_000 })).stdout.trim();
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", url);
  return {
    folder,
    git,
    async push(files, message = "change") {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await (text === undefined ? rm(file) : writeFile(file, text));
      }
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message", message);
      await git("push", "--quiet", "origin", "HEAD:main");
      return git("rev-parse", "HEAD");
    },
    async pull() {
      await git("pull", "--quiet", "--ff-only", "origin", "main");
      return git("rev-parse", "HEAD");
    },
  };
}

const identity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};
