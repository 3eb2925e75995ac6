import { execFile } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Delivery, type GitHost, startGitHost } from "@drover/tools";
import { afterAll, beforeAll, expect, test } from "vitest";

const credentials = { username: "drover", password: "s3cret/@:" };
const deliveries: Delivery[] = [];
let folder: string;
let host: GitHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-git-host-"));
  host = await startGitHost({ root: join(folder, "root"), credentials, onDelivery: (delivery) => deliveries.push(delivery) });
});
afterAll(async () => {
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

const identity = {
  GIT_AUTHOR_NAME: "ann",
  GIT_AUTHOR_EMAIL: "ann@example.com",
  GIT_COMMITTER_NAME: "ann",
  GIT_COMMITTER_EMAIL: "ann@example.com",
};

async function git(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_TERMINAL_PROMPT: "0", ...identity };
  const { stdout } = await promisify(execFile)("git", args, { cwd: folder, env, timeout: 30_000 });
  return stdout.trim();
}

const withCredentials = (url: string, { username, password } = credentials): string =>
  url.replace("http://", `http://${username}:${encodeURIComponent(password)}@`);

/** Commits `content` to a new clone and pushes it; returns the commit. */
async function push(name: string, content: Buffer | string): Promise<string> {
  const clone = `clone-${randomBytes(4).toString("hex")}`;
  await git("clone", "--quiet", withCredentials(host.cloneUrl(name)), clone);
  await writeFile(join(folder, clone, "file"), content);
  await git("-C", clone, "add", ".");
  await git("-C", clone, "commit", "--quiet", "-m", "change");
  await git("-C", clone, "push", "--quiet", "origin", "HEAD:main");
  return git("-C", clone, "rev-parse", "HEAD");
}

test("what one clone pushes another one fetches, also when Git sends it in chunks", async () => {
  await host.createRepository("web");
  const small = await push("web", "hello");
  expect(await git("ls-remote", withCredentials(host.cloneUrl("web")), "main")).toBe(`${small}\trefs/heads/main`);
  const large = await push("web", randomBytes(3_000_000)); // Git's http.postBuffer is 1 MiB
  expect(await git("ls-remote", withCredentials(host.cloneUrl("web")), "main")).toBe(`${large}\trefs/heads/main`);
});

test("creating a repository twice keeps what is in it", async () => {
  await host.createRepository("acme/kept");
  const commit = await push("acme/kept", "hello");
  await host.createRepository("acme/kept");
  expect(await git("ls-remote", withCredentials(host.cloneUrl("acme/kept")), "main")).toContain(commit);
});

test.each([
  { name: "no credentials", url: () => host.cloneUrl("web"), why: "could not read Username" },
  {
    name: "a wrong password",
    url: () => withCredentials(host.cloneUrl("web"), { username: "drover", password: "x" }),
    why: "Authentication failed",
  },
  { name: "a repository that is not there", url: () => withCredentials(host.cloneUrl("absent")), why: "not found" },
  { name: "a path out of the root", url: () => `${withCredentials(host.url)}/%2e%2e%2fetc`, why: "error: 400" },
])("refuses $name", async ({ url, why }) => {
  await host.createRepository("web");
  await expect(git("ls-remote", url())).rejects.toThrow(why);
});

test("a push is announced as GitHub does, signed, while a dead receiver disturbs nobody", async () => {
  await host.createRepository("acme/api");
  const received: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.once("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  host.addWebhook({ url: "http://127.0.0.1:1/nobody", secret: "k" });
  host.addWebhook({ url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/hooks`, secret: "the secret" });

  const commit = await push("acme/api", "hello");
  await expect.poll(() => deliveries.length, { timeout: 10_000 }).toBe(2);
  receiver.close();

  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [(typeof received)[number]];
  expect(headers).toMatchObject({ "x-github-event": "push", "x-github-delivery": expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
  expect(headers["x-hub-signature-256"]).toBe(`sha256=${createHmac("sha256", "the secret").update(body).digest("hex")}`);
  expect(JSON.parse(body)).toEqual({
    ref: "refs/heads/main",
    before: "0".repeat(40),
    after: commit,
    repository: { full_name: "acme/api", clone_url: host.cloneUrl("acme/api") },
  });
  expect(deliveries.map(({ outcome }) => outcome.kind).toSorted()).toEqual(["answered", "failed"]);
  expect(await readdir(join(folder, "root", ".hooks"))).toEqual(["post-receive"]);
});
