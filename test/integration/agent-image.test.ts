import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { base32 } from "@drover/kit";
import { startMemoryClusters } from "@drover/demo";
import { freePort, type ServerProcess, startServerProcess } from "@drover/tools";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { layAgentImage } from "../support/agent-image.ts";
import { type ContainerImage, programOf } from "../support/container-image.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";
import { promote, pushSmallFleet, webFiles } from "../support/small-fleet.ts";
import { startTraceReceiver, type TraceReceiver } from "../support/trace-receiver.ts";
import { waitUntil } from "../support/wait-until.ts";

let folder: string;
let image: ContainerImage;
let receiver: TraceReceiver;
let controlPlane: TestControlPlane;
let replica: Replica;
let web: WorkTree;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-image-"));
  await chmod(folder, 0o755); // the agent runs as somebody else
  [image, receiver, controlPlane] = await Promise.all([layAgentImage(folder), startTraceReceiver(), prepareControlPlane()]);
  web = await pushSmallFleet(controlPlane, ["in-memory"]);
  await controlPlane.fleet.push({ "clusters/by-kubeconfig.yaml": `id: ${base32(randomBytes(16))}\n` });
  replica = await controlPlane.start(receiver.env);
  await waitUntil("the fleet is projected", async () => (await replica.client()("listClusters")).items.length === 2);
});
afterAll(async () => {
  await controlPlane?.stop();
  await receiver?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A file that only root may read, for the agent. */
async function readable(file: string, name: string): Promise<string> {
  const copy = join(folder, name);
  await copyFile(file, copy);
  await chmod(copy, 0o644);
  return copy;
}

/** Runs the image's entrypoint as its user, with nothing of this process's environment. */
async function run(name: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const api = replica.client();
  const { token } = await api("createEnrolmentToken", { params: { cluster: name }, body: { ttl: "10m" } });
  const [program = "", ...args] = image.entrypoint;
  const agent = startServerProcess({
    name: `the image for ${name}`,
    file: programOf(image, program),
    args: args.map((each) => (each.startsWith("/app/") ? join(image.root, each) : each)),
    logFile: join(folder, `${name}.log`),
    stopSignal: "SIGTERM",
    cwd: image.root,
    env: {
      ...image.env,
      ...env,
      DROVER_API_URL: replica.apiUrl,
      DROVER_CA_FILE: await readable(controlPlane.caFile, "ca.crt"),
      DROVER_ENROLMENT_TOKEN: token,
    },
    ...(process.getuid?.() === 0 ? { user: image.user } : {}),
  });
  onTestFinished(() => agent.stop());
  const isMember = async (): Promise<boolean> => {
    if (agent.hasEnded() !== undefined) throw new Error(agent.lastWords());
    return (await api("getCluster", { params: { cluster: name } })).state === "Connected";
  };
  await waitUntil(`${name} is a member`, isMember, 20_000);
  return agent;
}

test("the image runs as a user without rights and says what it is", () => {
  expect(image.user).toEqual({ uid: 65532, gid: 65532 });
  expect(image.labels).toMatchObject({
    "org.opencontainers.image.title": "drover-agent",
    "org.opencontainers.image.licenses": "Apache-2.0",
  });
});

test("it copies what the program may load later, and nothing else", async () => {
  const program = await readFile(join(image.root, "app/drover-agent.mjs"), "utf8");
  const loaded = [...program.matchAll(/import\("\.\/([\w-]+\.mjs)"\)/g)].map(([, file = ""]) => file);
  expect(new Set(await readdir(join(image.root, "app")))).toEqual(new Set(["drover-agent.mjs", "third-party-notices.txt", ...loaded]));
  expect(await readFile(join(image.root, "app/third-party-notices.txt"), "utf8")).toContain("@nats-io/transport-node");
});

test("traces may be sent over gRPC as well: where nobody listens, that is what is wrong", async () => {
  const program = `
    import { NodeSDK } from ${JSON.stringify(join(image.root, "app/telemetry.mjs"))};
    const sdk = new NodeSDK();
    sdk.start();
    globalThis[Symbol.for("opentelemetry.js.api.1")].trace.getTracer("a").startSpan("b").end();
    await sdk.shutdown().catch(({ message }) => console.log(message));
    process.exit();`;
  const env = {
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
  };
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: image.root, env, timeout: 30_000 });
  expect(stdout).toContain("UNAVAILABLE");
});

test("what it copies is all that the agent needs to work by a kubeconfig file", async () => {
  const { kubeconfig, kubectl } = await sharedKubernetes();
  const namespace = `t-image-${process.pid}`;
  onTestFinished(async () => void (await kubectl(["delete", "namespace", namespace, "--wait=false"])));
  await run("by-kubeconfig", { DROVER_KUBECONFIG: await readable(kubeconfig, "kubeconfig"), DROVER_NAMESPACE: namespace });
  expect(await kubectl(["get", "secrets", "--namespace", namespace, "--output=name"])).toContain("secret/drover-identity");
});

test("and to apply and be traced", async () => {
  const plan = { name: "in-memory", environment: "production", wave: undefined, kind: "memory", labels: {} } as const;
  const { clusters, stop } = await startMemoryClusters([plan], controlPlane.folder, AbortSignal.timeout(30_000));
  onTestFinished(stop);
  const [cluster] = clusters;
  const access = cluster?.agentAccess ?? {};
  await chmod(/^unix:([^#]+)#/.exec(access["DROVER_MEMORY_CLUSTER"] ?? "")?.[1] ?? "", 0o777);
  const agent = await run("in-memory", { ...access, ...receiver.env });
  const [, uid] = /^Uid:\t(\d+)/m.exec(await readFile(`/proc/${agent.pid}/status`, "utf8")) ?? [];
  // Only root may become somebody else.
  expect(Number(uid)).toBe(process.getuid?.() === 0 ? image.user.uid : process.getuid?.());

  const api = replica.client();
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await promote(api, await web.push(webFiles("v1")), { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  await waitUntil("the apply's span has arrived", () => receiver.spans.some(({ name }) => name === "agent.apply"), 20_000);
  expect(receiver.spans).toContainEqual(expect.objectContaining({ service: "drover-agent", name: "agent.apply", traceId }));
});
