import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Changes } from "@drover/demo";

/** A person's clone whose commits are made beforehand, so that a measurement times the push and nothing before it. */
export interface PreparedCommits {
  readonly commits: readonly string[];
  /** Moves `main` on the host. */
  push(commit: string): Promise<void>;
  /** A bare `git fetch` of what is new, into a mirror that has nothing else to do. */
  fetch(): Promise<void>;
}

interface Place {
  readonly url: string;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly folder: string;
}

export async function prepareCommits({ url, credentials, folder }: Place, versions: readonly Changes[]): Promise<PreparedCommits> {
  const git = runGit(credentials);
  const clone = join(folder, "clone");
  const mirror = join(folder, "mirror");
  await git(["init", "--quiet", "--initial-branch=main", clone]);
  await git(["init", "--quiet", "--bare", "--initial-branch=main", mirror]);
  const commits = [];
  for (const [index, files] of versions.entries()) {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(clone, path, ".."), { recursive: true });
      await writeFile(join(clone, path), content ?? "");
    }
    await git(["-C", clone, "add", "--all"]);
    await git(["-C", clone, "commit", "--quiet", "--message", `Version ${index}`]);
    commits.push(await git(["-C", clone, "rev-parse", "HEAD"]));
  }
  return {
    commits,
    push: async (commit) => void (await git(["-C", clone, "push", "--quiet", url, `${commit}:refs/heads/main`])),
    fetch: async () => void (await git(["-C", mirror, "fetch", "--quiet", url, "+refs/heads/*:refs/heads/*"])),
  };
}

function runGit({ username, password }: Place["credentials"]): (args: readonly string[]) => Promise<string> {
  const settings = {
    "http.extraHeader": `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
    "user.name": "Ada Developer",
    "user.email": "ada@drover.test",
    "gc.auto": "0",
    "maintenance.auto": "false",
  };
  const variables = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const env = {
    PATH: process.env["PATH"],
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    ...Object.fromEntries(variables),
  };
  return async (args) => (await promisify(execFile)("git", args, { env, timeout: 30_000, killSignal: "SIGKILL" })).stdout.trim();
}
