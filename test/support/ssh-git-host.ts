import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ssh2, { type AuthContext, type Connection, type ParsedKey } from "ssh2";
import { onTestFinished } from "vitest";

export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
}

export interface SshGitHost {
  readonly url: string;
  /** `127.0.0.1:PORT`, for the list of allowed addresses. */
  readonly address: string;
  /** The bare repository, empty at first. */
  readonly folder: string;
  /** For keys, credentials and mirrors; removed when the test ends. */
  readonly root: string;
  readonly knownHosts: string;
  readonly deployKey: KeyPair;
}

/** An SSH server with one repository, which one deploy key opens. Stopped when the test ends. */
export async function sshGitHost(): Promise<SshGitHost> {
  const root = await mkdtemp(join(tmpdir(), "drover-test-ssh-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, "repository");
  await promisify(execFile)("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder]);
  const [hostKey, deployKey] = [await makeKeyPair(root, "host"), await makeKeyPair(root, "deploy")];
  const allowed = parsed(deployKey.publicKey);
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    connections.add(connection);
    connection.on("error", () => {}); // a client that refuses our host key hangs up
    connection.on("close", () => connections.delete(connection));
    connection.on("authentication", (context) => (isDeployKey(context, allowed) ? context.accept() : context.reject(["publickey"])));
    connection.on("session", (accept) => serveGit(accept(), folder));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
    for (const connection of connections) connection.end();
  });
  const { port } = server.address() as AddressInfo;
  const knownHosts = `[127.0.0.1]:${port} ${hostKey.publicKey}\n`;
  return { url: `ssh://git@127.0.0.1:${port}/repo`, address: `127.0.0.1:${port}`, folder, root, knownHosts, deployKey };
}

export async function makeKeyPair(folder: string, name: string): Promise<KeyPair> {
  const file = join(folder, name);
  await promisify(execFile)("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return { privateKey: await readFile(file, "utf8"), publicKey: (await readFile(`${file}.pub`, "utf8")).trim() };
}

function parsed(publicKey: string): ParsedKey {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return key;
}

/** A client asks first whether a key would do, without a signature. */
const isDeployKey = (context: AuthContext, allowed: ParsedKey): boolean =>
  context.method === "publickey" &&
  context.key.data.equals(allowed.getPublicSSH()) &&
  (context.signature === undefined || (context.blob !== undefined && allowed.verify(context.blob, context.signature)));

function serveGit(session: ssh2.Session, folder: string): void {
  session.on("exec", (accept, reject, { command }) => {
    const service = /^git-(upload-pack|receive-pack) '\/repo'$/.exec(command)?.[1];
    if (service === undefined) return reject();
    const channel = accept();
    const child = spawn("git", [service, folder]);
    child.stdin.on("error", () => {}); // git ended first; its status says why
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.once("close", (status) => {
      channel.exit(status ?? 1);
      channel.end();
    });
  });
}
