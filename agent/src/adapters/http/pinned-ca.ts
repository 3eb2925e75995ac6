import { createHash, X509Certificate } from "node:crypto";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { DroverError } from "@drover/kit";

const timeoutMs = 10_000;

export const pinOf = (certificate: X509Certificate): string =>
  createHash("sha256")
    .update(certificate.publicKey.export({ format: "der", type: "spki" }))
    .digest("hex");

/**
 * The certificate with the pinned key, out of the chain that the server presents: its own, its CA's, or one between. The
 * caller trusts it as its only root and connects again with full verification, so nothing is sent before the pin has held.
 */
export async function fetchPinnedCa(url: URL, pin: string, signal: AbortSignal): Promise<string> {
  const chain = await presentedChain(url, signal);
  const pinned = chain.find((certificate) => pinOf(certificate) === pin);
  if (!pinned)
    throw new DroverError(
      "unauthenticated",
      "CA_PIN_MISMATCH",
      `enrol at ${url.origin}: none of its ${chain.length} certificates has the pinned key`,
    );
  return pinned.toString();
}

function presentedChain(url: URL, signal: AbortSignal): Promise<readonly X509Certificate[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly X509Certificate[]>();
  const fail = (cause: unknown): void =>
    reject(new DroverError("unavailable", "API_UNREACHABLE", `connect to ${url.origin}: no TLS connection`, { cause }));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Unverified on purpose: this connection only shows certificates, and is closed before anything is said.
  const socket = connect({ host, port: Number(url.port || 443), rejectUnauthorized: false, ...(isName(host) ? { servername: host } : {}) });
  const stop = (): void => void socket.destroy(new Error("stopped"));
  signal.addEventListener("abort", stop, { once: true });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  socket.once("secureConnect", () => {
    resolve(certificatesOf(socket.getPeerCertificate(true)));
    socket.destroy();
  });
  socket.once("error", fail);
  return promise.finally(() => signal.removeEventListener("abort", stop));
}

/** Server Name Indication takes names only. */
const isName = (host: string): boolean => !/^[0-9.]+$/.test(host) && !host.includes(":");

/** A root is its own issuer, which ends the walk. */
function certificatesOf(leaf: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (
    let certificate: DetailedPeerCertificate | undefined = leaf;
    certificate?.raw && chain.length < 8;
    certificate = issuerOf(certificate)
  )
    chain.push(new X509Certificate(certificate.raw));
  return chain;
}

const issuerOf = (certificate: DetailedPeerCertificate): DetailedPeerCertificate | undefined =>
  certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
