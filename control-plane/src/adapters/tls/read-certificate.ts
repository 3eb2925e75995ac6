import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { DroverError } from "@drover/kit";
import type { CertificateFiles } from "../../app/bootstrap.ts";
import type { CertificatePair } from "../../app/served-certificate.ts";

/** A pair that a server can use; otherwise `invalid` CERTIFICATE_INVALID, which names the file to look at. */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)]);
  const certificate = parsed(certFile, "PEM certificate", () => new X509Certificate(cert));
  const privateKey: KeyObject = parsed(keyFile, "PEM private key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw unusable(keyFile, `is not the key of the certificate in ${certFile}`);
  parsed(certFile, "chain of certificates that TLS accepts", () => createSecureContext({ cert, key }));
  return { cert, key };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw unusable(file, "cannot be read", cause);
  }
}

function parsed<T>(file: string, form: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unusable(file, `holds no ${form}`, cause);
  }
}

const unusable = (file: string, why: string, cause?: unknown): DroverError =>
  new DroverError("invalid", "CERTIFICATE_INVALID", `read TLS certificate: ${file} ${why}`, { cause, details: { file } });
