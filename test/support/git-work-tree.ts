import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startGitHost, type GitHost } from "@drover/tools";
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
export async function testGit(): Promise<TestGit> {
  const { git, stop } = await startTestGit();
  onTestFinished(stop);
  return git;
}

/** The same for `beforeAll`: whoever asked stops it. */
export async function startTestGit(): Promise<{ readonly git: TestGit; readonly stop: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "drover-test-git-"));
  const host = await startGitHost({ root: join(root, "repositories"), credentials });
  const stop = async (): Promise<void> => {
    await host.stop();
    await rm(root, { recursive: true, force: true });
  };
  const credentialsDir = join(root, "credentials");
  await mkdir(join(credentialsDir, "git-host"), { recursive: true });
  for (const [name, value] of Object.entries(credentials)) await writeFile(join(credentialsDir, "git-host", name), `${value}\n`);
  const configFile = join(root, "gitconfig");
  await writeFile(configFile, config);
  const git: TestGit = {
    host,
    address: `127.0.0.1:${host.port}`,
    credentialsDir,
    dataDir: join(root, "data"),
    clone: async (repository) => {
      await host.createRepository(repository);
      return workTree(await mkdtemp(join(root, "clone-")), host.folderOf(repository), configFile);
    },
  };
  return { git, stop };
}

/** The person pushes into the host's folder: HTTP is the control plane's way, and takes three times as long. */
async function workTree(folder: string, origin: string, configFile: string): Promise<WorkTree> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: configFile, GIT_CONFIG_NOSYSTEM: "1" };
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("git", ["-C", folder, ...args], { env, timeout: 30_000 })).stdout.trim();
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", origin);
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

/** A file and not the environment: git hides that from the program at the other end of a push. No clean-ups, nothing that outlives the machine. */
const config = `[user]
  name = Ada
  email = ada@example.com
[core]
  fsync = none
[gc]
  auto = 0
[maintenance]
  auto = false
[receive]
  autogc = false
`;
