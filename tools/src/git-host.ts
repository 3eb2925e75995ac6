import { execFile } from "node:child_process";
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { answerWithGit } from "./git-backend.ts";
import { type Delivery, deliverPush, type Push, type Webhook } from "./push-webhook.ts";

export interface GitHostOptions {
  /** Holds the bare repositories, each `<name>.git`. Made when missing; what is there is served again. */
  readonly root: string;
  /** A free one when absent. */
  readonly port?: number;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly onDelivery?: (delivery: Delivery) => void;
}

export interface GitHost {
  /** `http://127.0.0.1:PORT`, without credentials. */
  readonly url: string;
  readonly port: number;
  /** Makes an empty bare repository whose branch is `main`, unless it exists. Returns its URL for clones, without credentials. */
  createRepository(name: string): Promise<string>;
  cloneUrl(name: string): string;
  /** The folder of a bare repository, for those who want to look inside. */
  folderOf(name: string): string;
  /** Tells `webhook` about every push from now on. */
  addWebhook(webhook: Webhook): void;
  stop(): Promise<void>;
}

/**
 * A git host on 127.0.0.1: Git's smart HTTP protocol with basic authentication, fetch, partial clone, push, and webhooks in GitHub's form.
 * Everyone with the one pair of credentials may do everything.
 */
export async function startGitHost(options: GitHostOptions): Promise<GitHost> {
  const root = resolve(options.root);
  const hooks = await installHook(root);
  const webhooks: Webhook[] = [];
  const background = new Set<Promise<void>>();
  const inBackground = (work: Promise<void>): void => {
    background.add(work);
    void work.finally(() => background.delete(work));
  };
  const cloneUrl = (name: string): string => `${url}/${name}.git`;

  const announce = async (push: Push): Promise<void> => {
    await Promise.all(webhooks.map(async (webhook) => options.onDelivery?.(await deliverPush(webhook, push))));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, search } = new URL(request.url ?? "/", url);
    const path = decodedPath(pathname);
    if (path === undefined) return void response.writeHead(400).end();
    const pushFile = join(hooks, `push-${randomUUID()}`);
    const user = options.credentials.username;
    await answerWithGit(request, response, { root, path, query: search.slice(1), user, env: gitVariables(hooks, pushFile) });
    const name = path.slice(1).replace(/\.git\/.*$/, "");
    for (const push of await readPushes(pushFile)) await announce({ ...push, repository: { full_name: name, clone_url: cloneUrl(name) } });
  };
  const server = createServer((request, response) => {
    if (isAuthorised(request, options.credentials)) return inBackground(answer(request, response));
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  });

  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  const folderOf = (name: string): string => join(root, `${checkedName(name)}.git`);
  return {
    url,
    port,
    cloneUrl,
    folderOf,
    createRepository: async (name) => {
      await createBareRepository(folderOf(name));
      return cloneUrl(name);
    },
    addWebhook: (webhook) => void webhooks.push(webhook),
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await Promise.allSettled(background);
    },
  };
}

const repositoryName = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)?$/i;

function checkedName(name: string): string {
  if (repositoryName.test(name) && !name.endsWith(".git")) return name;
  throw new DroverError("invalid", "REPOSITORY_NAME_INVALID", `make a repository: "${name}" is no name such as "web" or "acme/web"`);
}

async function createBareRepository(folder: string): Promise<void> {
  if (
    await access(join(folder, "HEAD")).then(
      () => true,
      () => false,
    )
  )
    return;
  const git = (...args: string[]): Promise<unknown> => promisify(execFile)("git", args, { timeout: 30_000 });
  await git("init", "--quiet", "--bare", "--initial-branch=main", folder);
  // As on the large hosts: partial clones, and fetching a commit that no branch points to any more.
  await git("-C", folder, "config", "uploadpack.allowFilter", "true");
  await git("-C", folder, "config", "uploadpack.allowAnySHA1InWant", "true");
}

/** Git runs it after each push with one line `<before> <after> <ref>` per moved reference, and waits for it. */
const hook = '#!/bin/sh\nexec cat > "$DROVER_PUSH_FILE"\n';

async function installHook(root: string): Promise<string> {
  const folder = join(root, ".hooks");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "post-receive"), hook, { mode: 0o700 });
  return folder;
}

/** Given per request, so that repositories which were put into the root by hand behave like ours. */
function gitVariables(hooks: string, pushFile: string): Readonly<Record<string, string>> {
  const settings = { "core.hooksPath": hooks, "gc.auto": "0" }; // a clean-up in the background would outlive us
  const entries = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { DROVER_PUSH_FILE: pushFile, GIT_CONFIG_COUNT: String(entries.length / 2), ...Object.fromEntries(entries) };
}

async function readPushes(file: string): Promise<readonly Omit<Push, "repository">[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ") as [string, string, string])
    .map(([before, after, ref]) => ({ ref, before, after }));
}

/** Undefined for a path that is not UTF-8 or that leads out of the root or into our own folder in it. */
function decodedPath(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    return path.split("/").some((part) => part === ".." || part === ".hooks" || part.includes("\0")) ? undefined : path;
  } catch {
    return undefined;
  }
}

function isAuthorised(request: IncomingMessage, { username, password }: GitHostOptions["credentials"]): boolean {
  const want = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return timingSafeEqual(sha256(request.headers.authorization ?? ""), sha256(want));
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((done, fail) => {
    server.once("error", (cause) =>
      fail(new DroverError("unavailable", "GIT_HOST_NOT_STARTED", `start a git host on port ${port}`, { cause })),
    );
    server.listen(port, "127.0.0.1", () => done((server.address() as AddressInfo).port));
  });
