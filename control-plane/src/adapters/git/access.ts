import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { lookup } from "node:dns/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DroverError, type Secret } from "@drover/kit";
import { withDeadline } from "@drover/kit/node";
import type { RepositoryPlace } from "../../app/source/git.ts";
import { type EgressPolicy, judgeEgress } from "../../domain/fleet/egress.ts";
import { parseRemote, type Remote } from "../../domain/fleet/remote.ts";
import { loadCredentials } from "./credentials.ts";
import type { GitSettings } from "./run-git.ts";

export interface AccessOptions {
  readonly egress: EgressPolicy;
  /** Holds one folder for each credentialsRef. */
  readonly credentialsDir: string;
  /** The one repository that may be a folder of this machine: the embedded fleet repository. */
  readonly localRepository: string | undefined;
  /** The system's resolver when absent. */
  readonly resolveHost?: (host: string) => Promise<readonly string[]>;
}

/** How to reach a repository once: what to hand to git, and what to clean up after. */
export interface Access extends GitSettings, AsyncDisposable {
  readonly url: string;
}

const resolveDeadlineMs = 10_000;
const nothing = async (): Promise<void> => {};

export async function openAccess(options: AccessOptions, { repository, credentialsRef }: RepositoryPlace): Promise<Access> {
  if (repository === options.localRepository)
    return { url: repository, config: { "protocol.file.allow": "always", "safe.directory": "*" }, [Symbol.asyncDispose]: nothing };
  const remote = parseRemote(repository);
  const address = await checkedAddress(options, remote);
  const credentials = await loadCredentials(options.credentialsDir, credentialsRef, remote);
  if (credentials.kind === "ssh") return sshAccess(remote, address, credentials.privateKey, credentials.knownHosts);
  const config: Record<string, string> = { "http.curloptResolve": `${remote.host}:${remote.port}:${bracketed(address)}` };
  if (credentials.ca !== undefined) config["http.sslCAInfo"] = credentials.ca;
  // Sent with the first request, which saves the one that would be refused; git matches the URL by scheme, host, port and path prefix.
  if (credentials.kind === "basic")
    config[`http.${remote.url}.extraHeader`] = `Authorization: ${basic(credentials.username, credentials.password)}`;
  return { url: remote.url, config, [Symbol.asyncDispose]: nothing };
}

/** Judges where the host points to now, and returns the address to connect to: git must not resolve it a second time. */
async function checkedAddress({ egress, resolveHost = resolveBySystem }: AccessOptions, { host, port }: Remote): Promise<string> {
  const addresses = await withDeadline(resolveHost(host), resolveDeadlineMs, `resolve ${host}`).catch((cause: unknown) => {
    throw new DroverError("unavailable", "SOURCE_UNAVAILABLE", `reach ${host}: its name does not resolve`, { cause });
  });
  const verdict = judgeEgress(egress, host, port, addresses);
  if (verdict.kind === "refused")
    throw new DroverError(
      "forbidden",
      "SOURCE_EGRESS_REFUSED",
      `reach ${host}:${port}: it resolves to ${verdict.address}, a ${verdict.because} address; add ${host}:${port} to DROVER_EGRESS_ALLOW if that is meant`,
    );
  const [address] = addresses;
  if (address === undefined) throw new DroverError("unavailable", "SOURCE_UNAVAILABLE", `reach ${host}: its name has no address`);
  return address;
}

const resolveBySystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** ssh reads keys from files that are nobody else's; a mounted Secret is not, so the key lives in a folder of its own for one run. */
async function sshAccess(remote: Remote, address: string, privateKey: Secret, knownHosts: string): Promise<Access> {
  const folder = await mkdtemp(join(tmpdir(), "drover-ssh-"));
  const files = { key: join(folder, "key"), knownHosts: join(folder, "known_hosts") };
  await writeFile(files.key, `${privateKey.reveal().trimEnd()}\n`, { mode: 0o600 });
  await writeFile(files.knownHosts, knownHosts, { mode: 0o600 });
  return {
    url: remote.url,
    env: { GIT_SSH_COMMAND: sshCommand(remote, address, files), GIT_SSH_VARIANT: "ssh" },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** No agent, no configuration of the person's, no password, no trust on first use; connects to the checked address under the host's own name. */
export function sshCommand({ host, port }: Remote, address: string, files: { readonly key: string; readonly knownHosts: string }): string {
  const options = {
    IdentityFile: files.key,
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    UserKnownHostsFile: files.knownHosts,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    HostKeyAlias: port === 22 ? host : `[${host}]:${port}`,
    Hostname: address,
    BatchMode: "yes",
    PasswordAuthentication: "no",
    ForwardAgent: "no",
    PermitLocalCommand: "no",
    ConnectTimeout: "15",
  };
  // git hands this to a shell: every value is quoted.
  return ["ssh", "-F", "/dev/null", ...Object.entries(options).map(([name, value]) => `-o ${quoted(`${name}=${value}`)}`)].join(" ");
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);
const basic = (username: string, password: Secret): string => `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`;
