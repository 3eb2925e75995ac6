import "reflect-metadata"; // @peculiar/x509 refuses to load without it
import { type webcrypto, X509Certificate as NodeCertificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Instant } from "@drover/kit";
import * as x509 from "@peculiar/x509";
import type { CertificateFiles, CertificateIssuer } from "../../app/bootstrap.ts";

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

/** Our own certificate authority and the three servers' certificates, as PEM files of mode 0600 in one folder. */
export const createCertificateFolder =
  (folder: string, now: () => Instant): CertificateIssuer =>
  async (names) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const caFile = join(folder, "ca.crt");
    const authority = (await readAuthority(folder)) ?? (await makeAuthority(folder, now()));
    const server = (name: string): Promise<CertificateFiles> => keepServerCertificate(folder, name, names, authority, now());
    return {
      ca: authority.certificate.toString("pem"),
      caFile,
      nats: await server("nats"),
      rest: await server("rest"),
      grpc: await server("grpc"),
    };
  };

async function readAuthority(folder: string): Promise<Authority | undefined> {
  const [certificate, key] = await Promise.all([readText(join(folder, "ca.crt")), readText(join(folder, "ca.key"))]);
  if (certificate === undefined || key === undefined) return undefined;
  const parsed = new x509.X509Certificate(certificate);
  const privateKey = await crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(key), algorithm, false, ["sign"]);
  return { certificate: parsed, keys: { privateKey, publicKey: await parsed.publicKey.export() } };
}

async function makeAuthority(folder: string, now: Instant): Promise<Authority> {
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
  await writePrivateKey(join(folder, "ca.key"), keys.privateKey);
  await writeWhole(join(folder, "ca.crt"), certificate.toString("pem"));
  return { certificate, keys };
}

async function keepServerCertificate(
  folder: string,
  name: string,
  names: readonly string[],
  authority: Authority,
  now: Instant,
): Promise<CertificateFiles> {
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  const [certificate, key] = await Promise.all([readText(files.certFile), readText(files.keyFile)]);
  if (certificate === undefined || key === undefined || isDue(certificate, names, authority, now))
    await makeServerCertificate(files, names, authority, now);
  return files;
}

function isDue(pem: string, names: readonly string[], authority: Authority, now: Instant): boolean {
  const certificate = new NodeCertificate(pem);
  const covers = (name: string): boolean =>
    (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: "never" })) !== undefined;
  const ours = certificate.checkIssued(new NodeCertificate(authority.certificate.toString("pem")));
  return !ours || certificate.validToDate.getTime() < now + renewBeforeMs || !names.every(covers);
}

async function makeServerCertificate(
  { certFile, keyFile }: CertificateFiles,
  names: readonly string[],
  authority: Authority,
  now: Instant,
): Promise<void> {
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
  // The key first: a crash in between leaves a pair that does not match for no longer than until the next start.
  await writePrivateKey(keyFile, keys.privateKey);
  // The whole chain: an agent that is told the authority's key, and nothing else, has to find that key in it.
  await writeWhole(certFile, `${certificate.toString("pem")}\n${authority.certificate.toString("pem")}`);
}

const validity = (now: Instant, lifetimeMs: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now - backdateMs),
  notAfter: new Date(now + lifetimeMs),
});

async function writePrivateKey(file: string, key: webcrypto.CryptoKey): Promise<void> {
  await writeWhole(file, x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), x509.PemConverter.PrivateKeyTag));
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
