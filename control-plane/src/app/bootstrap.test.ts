import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { type Instant, instant, later } from "@drover/kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKeyFolder } from "../adapters/keys/key-folder.ts";
import { createNatsConfigWriter } from "../adapters/nats/server-config.ts";
import { createCertificateFolder } from "../adapters/tls/certificate-folder.ts";
import { createBootstrap, type Installation } from "./bootstrap.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'drover boot"strap $x '))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const installedAt = instant(1_800_000_000_000);
const dayMs = 24 * 60 * 60 * 1000;

function bootstrap(names: readonly string[] = ["localhost", "127.0.0.1"], now: Instant = installedAt): Promise<Installation> {
  const keys = createKeyFolder(join(folder, "keys"));
  return createBootstrap({
    keys,
    issueCertificates: createCertificateFolder(join(folder, "tls"), keys, () => now),
    writeNatsConfig: createNatsConfigWriter(join(folder, "nats"), { listen: { host: "127.0.0.1", port: 4222 } }),
    now: () => now,
  })(names);
}

async function files(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path] = await readFile(path, "utf8");
  }
  return found;
}

test("a second run finds everything and changes nothing", async () => {
  const first = await bootstrap();
  const before = await files();
  const second = await bootstrap(undefined, later(installedAt, dayMs));
  expect(await files()).toEqual(before);
  expect(second.accounts).toEqual(first.accounts);
  expect(second.users.responder.jwt).toBe(first.users.responder.jwt);
});

test("two runs at once agree on one installation", async () => {
  const [a, b] = await Promise.all([bootstrap(), bootstrap()]);
  expect(a.accounts).toEqual(b.accounts);
  expect(a.challengeKey.reveal()).toBe(b.challengeKey.reveal());
  expect(a.certificates.ca).toBe(b.certificates.ca);
  const pem = await readFile(a.certificates.nats.certFile, "utf8");
  expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))).toBe(true);
  expect(pem).toContain(a.certificates.ca.trim()); // the chain: agents may know nothing but the authority's key
});

test("only this user may read what is secret, and no print of it shows a key", async () => {
  const installation = await bootstrap();
  for (const path of Object.keys(await files())) {
    expect([path, (await stat(path)).mode & 0o777]).toEqual([path, 0o600]);
  }
  const print = inspect(installation, { depth: 9 });
  const keys = Object.entries(await files()).filter(
    ([path, text]) => path.includes("/keys/") && text.length > 20 && !text.includes("CERTIFICATE"),
  );
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter(([, text]) => print.includes(text.trim()))).toEqual([]);
  for (const name of ["keys", "tls", "nats"]) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
});

test("a certificate is made anew when a name is added or its end is near, by the same authority", async () => {
  const first = await bootstrap();
  const pem = async (): Promise<string> => readFile(first.certificates.nats.certFile, "utf8");
  const before = await pem();
  await bootstrap(["localhost"]);
  expect(await pem()).toBe(before);
  await bootstrap(["localhost", "nats.example"]);
  const withName = await pem();
  expect(withName).not.toBe(before);
  const muchLater = await bootstrap(["localhost", "nats.example"], later(installedAt, 310 * dayMs));
  expect(await pem()).not.toBe(withName);
  expect(muchLater.certificates.ca).toBe(first.certificates.ca);
});
