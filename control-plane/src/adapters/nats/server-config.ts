import { randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CertificateFiles, NatsTrust } from "../../app/bootstrap.ts";

export interface NatsListeners {
  readonly listen: { readonly host: string; readonly port: number };
  /** For agents behind proxies that speak only HTTP. */
  readonly websocket?: { readonly host: string; readonly port: number };
}

/** A message of ours may be larger than what agents may send (their JWT limits them): account JWTs with many revocations are. */
const maxPayload = 1024 * 1024;

/** How soon a server that was away asks the others for newer account JWTs; until then it may still admit a revoked agent. */
const resolverInterval = "10s";

/** Writes `nats.conf`. No JetStream, leaf nodes or MQTT: what does not listen cannot be attacked. */
export const createNatsConfigWriter =
  (folder: string, { listen, websocket }: NatsListeners) =>
  async (trust: NatsTrust, certificate: CertificateFiles): Promise<string> => {
    await mkdir(join(folder, "resolver"), { recursive: true, mode: 0o700 });
    const file = join(folder, "nats.conf");
    const text = natsConfig(join(folder, "resolver"), { listen, ...(websocket && { websocket }) }, trust, certificate);
    const unnamed = `${file}.${randomBytes(6).toString("hex")}.new`; // another bootstrap may be at it
    await writeFile(unnamed, text, { mode: 0o600, flush: true });
    await rename(unnamed, file);
    return file;
  };

export function natsConfig(
  resolverFolder: string,
  { listen, websocket }: NatsListeners,
  { operatorJwt, systemAccount, preload }: NatsTrust,
  { certFile, keyFile }: CertificateFiles,
): string {
  const tls = `tls { cert_file: ${quoted(certFile)}, key_file: ${quoted(keyFile)}, timeout: 5 }`;
  const lines = [
    "# Written by drover bootstrap; changes are lost at the next run.",
    address(listen),
    tls,
    `max_payload: ${maxPayload}`,
    `operator: ${quoted(operatorJwt)}`,
    `system_account: ${quoted(systemAccount)}`,
    `resolver { type: full, dir: ${quoted(resolverFolder)}, allow_delete: false, interval: ${quoted(resolverInterval)} }`,
    "resolver_preload {",
    ...Object.entries(preload).map(([account, jwt]) => `  ${quoted(account)}: ${quoted(jwt)}`),
    "}",
    ...(websocket ? [`websocket { ${address(websocket)}, ${tls} }`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** -1 is nats-server's word for a free port; 0 would mean its default. */
const address = ({ host, port }: NatsListeners["listen"]): string => `host: ${quoted(host)}, port: ${port === 0 ? -1 : port}`;

/** JSON's escapes of quotes and backslashes are among those that nats-server reads; it expands no variables inside quotes. */
const quoted = (text: string): string => JSON.stringify(text);
