import "reflect-metadata"; // @peculiar/x509 refuses to load without it
import { randomBytes, type webcrypto, X509Certificate as NodeCertificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { DroverError, type Instant, Secret } from "@drover/kit";
import * as x509 from "@peculiar/x509";
import type { CertificateFiles, CertificateIssuer, KeyStore } from "../../app/bootstrap.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 60 * 60 * 1000;
const authorityLifetimeMs = 3650 * dayMs;
/** Short enough for every TLS client, long enough that a restart a month keeps them fresh. */
const serverLifetimeMs = 365 * dayMs;
const renewBeforeMs = 60 * dayMs;
/** Clocks of agents may be behind ours. */
const backdateMs = dayMs;

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/**
 * Our own certificate authority, kept among the keys, and the servers' certificates: each a PEM file of mode 0600 that holds
 * certificate and key together, so that no crash and no second bootstrap can pair one's certificate with the other's key.
 */
export const createCertificateFolder =
  (folder: string, keys: KeyStore, now: () => Instant): CertificateIssuer =>
  async (names) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const authority = await readAuthority(await keys.keep("certificate-authority", () => makeAuthority(now())));
    const ca = authority.certificate.toString("pem");
    const caFile = join(folder, "ca.crt");
    if ((await readText(caFile))?.trim() !== ca.trim()) await writeWhole(caFile, ca);
    const server = (name: string): Promise<CertificateFiles> => keepServerCertificate(join(folder, `${name}.pem`), names, authority, now());
    return { ca, caFile, nats: await server("nats"), rest: await server("rest"), grpc: await server("grpc") };
  };

async function readAuthority(secret: Secret): Promise<Authority> {
  const certificate = new x509.X509Certificate(secret.reveal());
  const [key] = x509.PemConverter.decodeWithHeaders(secret.reveal()).filter(({ type }) => type === x509.PemConverter.PrivateKeyTag);
  if (key === undefined)
    throw new DroverError("invalid", "KEY_INVALID", "read certificate authority: the PEM holds no private key; restore it from a backup");
  const privateKey = await crypto.subtle.importKey("pkcs8", key.rawData, algorithm, false, ["sign"]);
  return { certificate, keys: { privateKey, publicKey: await certificate.publicKey.export() } };
}

async function makeAuthority(now: Instant): Promise<Secret> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Drover CA",
    ...validity(now, authorityLifetimeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return new Secret(await pemOf([certificate], keys.privateKey));
}

async function keepServerCertificate(
  file: string,
  names: readonly string[],
  authority: Authority,
  now: Instant,
): Promise<CertificateFiles> {
  const pem = await readText(file);
  if (pem !== undefined && !isDue(pem, names, authority, now)) return { certFile: file, keyFile: file };
  const renewed = await makeServerCertificate(names, authority, now);
  try {
    await writeWhole(file, renewed);
  } catch (error) {
    // A mounted Secret, which bootstrap renews: until then the old one serves.
    if (pem === undefined || !isReadOnly(error)) throw error;
  }
  return { certFile: file, keyFile: file };
}

const isReadOnly = (error: unknown): boolean => ["EROFS", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");

function isDue(pem: string, names: readonly string[], authority: Authority, now: Instant): boolean {
  const certificate = new NodeCertificate(pem);
  const covers = (name: string): boolean =>
    (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: "never" })) !== undefined;
  const ours = certificate.checkIssued(new NodeCertificate(authority.certificate.toString("pem")));
  return !ours || certificate.validToDate.getTime() < now + renewBeforeMs || !names.every(covers);
}

async function makeServerCertificate(names: readonly string[], authority: Authority, now: Instant): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=Drover",
    issuer: authority.certificate.subject,
    ...validity(now, serverLifetimeMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  // The whole chain: an agent that is told the authority's key, and nothing else, has to find that key in it.
  return pemOf([certificate, authority.certificate], keys.privateKey);
}

const validity = (now: Instant, lifetimeMs: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now - backdateMs),
  notAfter: new Date(now + lifetimeMs),
});

async function pemOf(chain: readonly x509.X509Certificate[], key: webcrypto.CryptoKey): Promise<string> {
  const privateKey = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), x509.PemConverter.PrivateKeyTag);
  return [...chain.map((certificate) => certificate.toString("pem")), privateKey].join("\n");
}

async function writeWhole(file: string, text: string): Promise<void> {
  const unnamed = `${file}.${randomBytes(6).toString("hex")}.new`;
  await writeFile(unnamed, `${text}\n`, { mode: 0o600, flush: true });
  await rename(unnamed, file);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
