import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemoryAdmin, type MemoryAdmin, type MemoryHost, type ObjectRef, startMemoryHost } from "@drover/agent";
import { freePorts, type ServerProcess, startServerProcess } from "@drover/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { readCertificate } from "../../control-plane/src/adapters/tls/read-certificate.ts";
import { createHttpServer, type HttpServer } from "../../control-plane/src/api/http/server.ts";
import { addCluster, admin, startTransport, type Transport } from "../support/transport.ts";
import { waitUntil } from "../support/wait-until.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bundle = join(root, "agent/dist/drover-agent.mjs");

let transport: Transport;
let api: HttpServer;
let port: number;
let host: MemoryHost;
let socket: string;
let cluster: MemoryAdmin;
const running: ServerProcess[] = [];

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, "agent/bundle.ts")]);
  transport = await startTransport();
  const pair = await readCertificate(transport.installation.certificates.rest);
  const tls = { current: () => pair, onRenewed: () => {} };
  const { challenge, enrol } = transport.enrolment;
  api = createHttpServer(fakeApi((deps) => ({ ...deps, agents: { challenge, enrol, renew: transport.renew } })).deps, { tls });
  port = await api.listen({ host: "127.0.0.1", port: 0 });
  socket = join(transport.folder, "clusters.sock");
  host = await startMemoryHost({ socketPath: socket, clusters: ["edge"] });
  cluster = createMemoryAdmin({ socketPath: socket, cluster: "edge" });
});
afterAll(async () => {
  await Promise.all(running.map((agent) => agent.kill()));
  await cluster?.close();
  await host?.close();
  await api?.close();
  await transport?.stop();
});

let started = 0;

/** The bundled agent, by itself: nothing of this process's environment reaches it. */
function startAgent(env: Readonly<Record<string, string>>): { readonly agent: ServerProcess; readonly logFile: string } {
  const logFile = join(transport.folder, `agent-${(started += 1)}.log`);
  const agent = startServerProcess({
    name: "agent",
    file: process.execPath,
    args: [bundle],
    logFile,
    stopSignal: "SIGTERM",
    env: { DROVER_API_URL: `https://127.0.0.1:${port}`, DROVER_MEMORY_CLUSTER: `unix:${socket}#edge`, ...env },
  });
  running.push(agent);
  return { agent, logFile };
}

const tokenFor = async (name: string): Promise<string> =>
  (await transport.enrolment.createToken(await addCluster(transport.database, name), 60_000, admin)).token.reveal();

const caFile = (): string => transport.installation.certificates.caFile;
const logged = (logFile: string, text: string): Promise<unknown> =>
  waitUntil(`the log has ${text}`, async () => (await readFile(logFile, "utf8")).includes(text));

test("a server without the pinned key never hears the token", async () => {
  const { logFile } = startAgent({ DROVER_CA_SHA256: "0".repeat(64), DROVER_ENROLMENT_TOKEN: await tokenFor("pinned") });
  await logged(logFile, "CA_PIN_MISMATCH");
});

test("the key of the authority is enough to trust the server", async () => {
  const authority = new X509Certificate(await readFile(caFile(), "utf8"));
  const pin = createHash("sha256")
    .update(authority.publicKey.export({ format: "der", type: "spki" }))
    .digest("base64url");
  const { logFile } = startAgent({ DROVER_CA_SHA256: pin, DROVER_ENROLMENT_TOKEN: `drv1_${"a".repeat(26)}_${"B".repeat(43)}` });
  await logged(logFile, "ENROLMENT_TOKEN_UNKNOWN");
});

test("a refusal is shown with the server's code and ends the process", async () => {
  const { logFile } = startAgent({ DROVER_CA_FILE: caFile(), DROVER_ENROLMENT_TOKEN: `drv1_${"a".repeat(26)}_${"B".repeat(43)}` });
  await logged(logFile, "ENROLMENT_TOKEN_UNKNOWN");
});

test("the bundled agent enrols, connects, stops cleanly, and starts again without a token", async () => {
  const first = startAgent({ DROVER_CA_FILE: caFile(), DROVER_ENROLMENT_TOKEN: await tokenFor("edge") });
  await logged(first.logFile, "connected to the control plane");
  const stoppingAt = performance.now();
  await first.agent.stop();
  expect(performance.now() - stoppingAt).toBeLessThan(5_000);
  const second = startAgent({ DROVER_CA_FILE: caFile() });
  await logged(second.logFile, "connected to the control plane");
  const identity: ObjectRef = {
    resource: { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] },
    namespace: "drover-system",
    name: "drover-identity",
  };
  expect(await cluster.get(identity)).toBeDefined();
});

test("an agent that waits for its control plane is alive and not ready", async () => {
  const [nobody, healthPort] = (await freePorts(2)) as [number, number];
  startAgent({
    DROVER_API_URL: `https://127.0.0.1:${nobody}`,
    DROVER_NAMESPACE: "drover-waiting",
    DROVER_ENROLMENT_TOKEN: `drv1_${"a".repeat(26)}_${"B".repeat(43)}`,
    DROVER_HEALTH_PORT: String(healthPort),
  });
  const statusOf = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${healthPort}${path}`)).status;
  await waitUntil("it is alive", async () => (await statusOf("/livez")) === 200);
  expect(await statusOf("/readyz")).toBe(503);
});
