import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Files to write; undefined removes one. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** A person's clone of one repository. Each change starts from what the host has now, so nothing is ever merged. */
export interface Checkout {
  /** Commits and pushes; answers the commit. */
  push(message: string, changes: Changes): Promise<string>;
  /** `git revert` of a commit that the host has, pushed. */
  revert(commit: string): Promise<string>;
}

/** Drover commits to the fleet repository too, so a push may come second. */
const maxAttempts = 5;
const gitTimeoutMs = 30_000;

export async function cloneRepository(url: string, folder: string, credentials: Credentials): Promise<Checkout> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const run = runGit(credentials);
  await run(["clone", "--quiet", url, folder]);
  const git = (...args: readonly string[]): Promise<string> => run(["-C", folder, ...args]);

  const catchUp = async (): Promise<void> => {
    await git("fetch", "--quiet", "origin");
    const known = await git("for-each-ref", "--format=%(objectname)", "refs/remotes/origin/main");
    if (known !== "") await git("reset", "--quiet", "--hard", "origin/main");
  };
  const committed = async (commit: () => Promise<unknown>): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      await catchUp();
      await commit();
      try {
        await git("push", "--quiet", "origin", "HEAD:main");
        return await git("rev-parse", "HEAD");
      } catch (error) {
        if (attempt === maxAttempts) throw error;
      }
    }
  };
  return {
    push: (message, changes) =>
      committed(async () => {
        await writeChanges(folder, changes);
        await git("add", "--all");
        await git("commit", "--quiet", "--message", message);
      }),
    revert: (commit) => committed(() => git("revert", "--no-edit", commit)),
  };
}

/** For people: what Git's own `credential.helper=store` reads. */
export async function writeCredentialFile(file: string, hostUrl: string, { username, password }: Credentials): Promise<string> {
  const url = new URL(hostUrl);
  Object.assign(url, { username, password });
  await writeFile(file, `${url.href.replace(/\/$/, "")}\n`, { mode: 0o600 });
  return file;
}

async function writeChanges(folder: string, changes: Changes): Promise<void> {
  for (const [path, content] of Object.entries(changes)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await (content === undefined ? rm(file, { force: true }) : writeFile(file, content));
  }
}

const runGit = (credentials: Credentials) => {
  const env = environment(credentials);
  return async (args: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await promisify(execFile)("git", args, { env, timeout: gitTimeoutMs, killSignal: "SIGKILL" });
      return stdout.trim();
    } catch (cause) {
      const command = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-C");
      throw new DroverError("unavailable", "GIT_FAILED", `git ${command} failed`, { cause });
    }
  };
};

/** Settings travel in the environment: a command line shows passwords to everybody, and the person's own configuration must not count. */
function environment({ username, password }: Credentials): NodeJS.ProcessEnv {
  const settings = {
    "http.extraHeader": `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
    "user.name": "Ada Developer",
    "user.email": "ada@drover.test",
    "commit.gpgSign": "false",
    "gc.auto": "0",
  };
  const entries = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    PATH: process.env["PATH"],
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(entries.length / 2),
    ...Object.fromEntries(entries),
  };
}
