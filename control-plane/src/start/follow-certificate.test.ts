import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { Secret } from "@drover/kit";
import { createLog, Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { EventService } from "@drover/proto/grpc";
import type { Event } from "@drover/proto/rest";
import type { Metadata } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { createCertificateFolder } from "../adapters/tls/certificate-folder.ts";
import { createAdmit } from "../api/admit.ts";
import { fakeApi } from "../api/api-deps.fixture.ts";
import { createAuthenticate } from "../api/authenticate.ts";
import { createFailedAttempts } from "../api/failed-attempts.ts";
import { connectTo, metadata } from "../api/grpc/grpc-client.fixture.ts";
import { createGrpcServer } from "../api/grpc/server.ts";
import { createHttpServer } from "../api/http/server.ts";
import { followCertificate } from "./follow-certificate.ts";

/** A mounted Secret with a certificate, renewed as the kubelet does it: a new folder, and one link that is swapped. */
async function mountedSecret() {
  const folder = await mkdtemp(join(tmpdir(), "drover-tls-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const made = new Map<string, Secret>();
  const keys = {
    keep: async (name: string, make: () => Secret | Promise<Secret>) => made.get(name) ?? made.set(name, await make()).get(name)!,
  };
  let version = 0;
  const pem = async (): Promise<{ readonly text: string; readonly ca: string }> => {
    const issue = createCertificateFolder(join(folder, `issued-${(version += 1)}`), keys, systemClock.now);
    const { ca, rest } = await issue(["localhost"]);
    return { ca, text: await readFile(rest.certFile, "utf8") };
  };
  const mount = join(folder, "mount");
  const put = async (cert: string, key: string): Promise<void> => {
    const name = `..${(version += 1)}`;
    await mkdir(join(mount, name), { recursive: true });
    await writeFile(join(mount, name, "tls.crt"), cert);
    await writeFile(join(mount, name, "tls.key"), key);
    await symlink(name, join(mount, "..new"));
    await rename(join(mount, "..new"), join(mount, "..data"));
  };
  const first = await pem();
  await put(first.text, first.text);
  const [certFile, keyFile] = [join(mount, "tls.crt"), join(mount, "tls.key")];
  await symlink("..data/tls.crt", certFile);
  await symlink("..data/tls.key", keyFile);
  return { files: { certFile, keyFile }, ca: first.ca, first: first.text, put, pem };
}

/** Remembers what is said at level error. */
function listeningLog(): { readonly log: Log; readonly errors: { readonly file: unknown; readonly message: string }[] } {
  const errors: { readonly file: unknown; readonly message: string }[] = [];
  const log = createLog("test", "silent");
  const error = ({ err, file }: { err: Error; file: unknown }) => void errors.push({ file, message: err.message });
  return { log: Object.assign(Object.create(log) as Log, { error }), errors };
}

/** REST and gRPC with the certificate in these files. `tell` makes an event for those who watch. */
async function serve(secret: Awaited<ReturnType<typeof mountedSecret>>) {
  const lifecycle = new Lifecycle(createLog("test", "silent"));
  onTestFinished(() => lifecycle.stop());
  const { log, errors } = listeningLog();
  const tls = await followCertificate(secret.files, lifecycle, log);
  const watchers: ((event: Event) => void)[] = [];
  async function* events(signal: AbortSignal): AsyncGenerator<readonly Event[], void> {
    const over = once(signal, "abort");
    for (;;) {
      const next = await Promise.race([new Promise<Event>((resolve) => watchers.push(resolve)), over]);
      if (Array.isArray(next)) return;
      yield [next];
    }
  }
  const { deps } = fakeApi((fake) => ({ ...fake, events: { ...fake.events, watch: async (_filter, _after, signal) => events(signal) } }));
  const admit = createAdmit(deps, createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) }));
  const http = createHttpServer(deps, { admit, tls });
  const grpc = createGrpcServer(deps, { admit, tls });
  const ports = [await http.listen({ host: "127.0.0.1", port: 0 }), await grpc.listen({ host: "127.0.0.1", port: 0 })] as const;
  onTestFinished(async () => void (await Promise.all([http.close(), grpc.close()])));
  const tell = (n: number): void => {
    for (const watcher of watchers.splice(0))
      watcher({ cursor: `1-${n}`, at: "2026-11-21T08:00:00Z", kind: "Test", subject: "test/1", body: {} });
  };
  const shown = (): Promise<readonly string[]> => Promise.all(ports.map((port) => serialAt(port, secret.ca)));
  return { ports, errors, tell, shown, isWatched: (by: number) => watchers.length === by };
}

async function serialAt(port: number, ca: string): Promise<string> {
  const socket = connect({ port, host: "localhost", ca, ALPNProtocols: ["h2", "http/1.1"] });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerX509Certificate()?.serialNumber ?? "";
  } finally {
    socket.destroy();
  }
}

const serialOf = (pem: string): string => new X509Certificate(pem).serialNumber;
const both = (serial: string): readonly string[] => [serial, serial];

test("a certificate that is renewed on disk is shown to new connections, and streams that are open go on", async () => {
  const secret = await mountedSecret();
  const { ports, tell, shown, isWatched } = await serve(secret);
  const [restPort, grpcPort] = ports;
  expect(await shown()).toEqual(both(serialOf(secret.first)));
  const headers = { authorization: "Bearer viewer" };
  const request = get({ port: restPort, host: "localhost", path: "/v1/events/watch", ca: secret.ca, headers });
  const [sse] = (await once(request, "response")) as [IncomingMessage];
  onTestFinished(() => void request.destroy());
  const client = connectTo(EventService, `localhost:${grpcPort}`, Buffer.from(secret.ca));
  const watched = client as unknown as { watchEvents(request: object, metadata: Metadata): AsyncIterable<{ event: Event }> };
  const stream = watched.watchEvents({}, metadata("viewer"))[Symbol.asyncIterator]();
  const toldOverGrpc = stream.next();
  await expect.poll(() => isWatched(2)).toBe(true);

  const renewed = await secret.pem();
  await secret.put(renewed.text, renewed.text);
  await expect.poll(shown, { timeout: 10_000 }).toEqual(both(serialOf(renewed.text)));
  tell(1);
  expect((await toldOverGrpc).value).toMatchObject({ event: { cursor: "1-1" } });
  const [chunk] = (await once(sse, "data")) as [Buffer];
  expect(chunk.toString()).toContain("id: 1-1");
  await stream.return?.();
});

test.each([
  { name: "a key of another certificate", cert: "old", key: "other", file: "keyFile", says: "is not the key of the certificate" },
  { name: "half a certificate", cert: "half", key: "old", file: "certFile", says: "holds no PEM certificate" },
  { name: "an empty key", cert: "old", key: "empty", file: "keyFile", says: "holds no PEM private key" },
] as const)("$name is refused by its file's name, and the old one goes on", async ({ cert, key, file, says }) => {
  const secret = await mountedSecret();
  const { errors, shown } = await serve(secret);
  const texts = { old: secret.first, other: (await secret.pem()).text, half: secret.first.slice(0, 200), empty: "" };
  await secret.put(texts[cert], texts[key]);
  await expect.poll(() => errors, { timeout: 10_000 }).toHaveLength(1);
  expect(errors[0]).toMatchObject({ file: secret.files[file], message: expect.stringContaining(says) as string });
  expect(await shown()).toEqual(both(serialOf(secret.first)));
  // What is put right is taken.
  const renewed = await secret.pem();
  await secret.put(renewed.text, renewed.text);
  await expect.poll(shown, { timeout: 10_000 }).toEqual(both(serialOf(renewed.text)));
});

test("a server does not start without a certificate that it can use", async () => {
  const secret = await mountedSecret();
  await secret.put(secret.first, (await secret.pem()).text);
  const log = createLog("test", "silent");
  await expect(followCertificate(secret.files, new Lifecycle(log), log)).rejects.toMatchObject({
    code: "CERTIFICATE_INVALID",
    details: { file: secret.files.keyFile },
  });
});
