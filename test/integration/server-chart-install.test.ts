import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@drover/kit";
import { type Client, createClient } from "@drover/proto/rest";
import { freePorts, type KubernetesAccess, type ServerProcess } from "@drover/tools";
import { Agent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layAgentImage } from "../support/agent-image.ts";
import type { ContainerImage } from "../support/container-image.ts";
import { startTestGit, type TestGit } from "../support/git-work-tree.ts";
import { agentChart, helm, serverChart } from "../support/helm.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";
import { podOf } from "../support/pod-of.ts";
import { type PodProcess, startPod } from "../support/pod-process.ts";
import { layPostgresImage, postgresAccount } from "../support/postgres-image.ts";
import { layServerImage } from "../support/server-image.ts";
import { layNatsImage } from "../support/nats-image.ts";
import { waitUntil } from "../support/wait-until.ts";

// The whole road of somebody who tries Drover in a cluster: install the chart, sign in with the token it made, add a cluster, install the agent.

const namespace = `t-server-${randomBytes(3).toString("hex")}`;
const release = "drover";
const inNamespace = ["--namespace", namespace];
const started: ServerProcess[] = [];

let folder: string;
let cluster: KubernetesAccess;
let git: TestGit;
let stopGit: () => Promise<void>;
let images: {
  readonly server: ContainerImage;
  readonly agent: ContainerImage;
  readonly nats: ContainerImage;
  readonly postgres: ContainerImage;
};
let ports: { readonly rest: number; readonly grpc: number; readonly nats: number; readonly postgres: number; readonly health: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-server-chart-"));
  await chmod(folder, 0o755);
  const [rest, grpc, nats, postgres, health] = (await freePorts(5)) as [number, number, number, number, number];
  ports = { rest, grpc, nats, postgres, health };
  const lay = async (name: string, image: (root: string) => Promise<ContainerImage>): Promise<ContainerImage> => {
    await mkdir(join(folder, name), { mode: 0o755 });
    return image(join(folder, name));
  };
  [cluster, { git, stop: stopGit }] = await Promise.all([sharedKubernetes(), startTestGit()]);
  images = {
    server: await lay("server", layServerImage),
    agent: await lay("agent", layAgentImage),
    nats: await lay("nats", layNatsImage),
    postgres: await lay("postgres", layPostgresImage),
  };
  const fleet = await git.clone("fleet");
  await fleet.push({ "drover.yaml": "apiVersion: drover.dev/v1\n" });
  await cluster.kubectl(["create", "namespace", namespace]);
  await cluster.kubectl(["label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"]);
  const secret = ["create", "secret", "generic", "git-host", ...inNamespace];
  const files = ["username", "password"].map((name) => `--from-file=${name}=${join(git.credentialsDir, "git-host", name)}`);
  await cluster.kubectl([...secret, ...files]);
}, 180_000);
afterAll(async () => {
  await Promise.all(started.map((each) => each.stop(10_000)));
  await helm("helm", ["uninstall", release, ...inNamespace, "--ignore-not-found"], cluster.kubeconfig);
  await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  await stopGit?.();
  await rm(folder, { recursive: true, force: true });
});

/** What the cluster's network would do. */
const addresses = (): Record<string, string> => ({
  [`${release}-nats.${namespace}.svc`]: "127.0.0.1",
  [`${release}-postgresql.${namespace}.svc`]: "127.0.0.1",
  [`${release}.${namespace}.svc:443`]: `127.0.0.1:${ports.rest}`,
});

async function start(component: string, image: ContainerImage, user?: { uid: number; gid: number }): Promise<PodProcess> {
  const pod = await podOf(cluster, namespace, component);
  const process = await startPod(cluster, pod, image, { addresses: addresses(), ...(user && { user }) });
  started.push(process);
  return process;
}

const dataOf = async (secret: string, key: string): Promise<string> => {
  const path = `--output=jsonpath={.data.${key.replaceAll(".", "\\.")}}`;
  return Buffer.from(await cluster.kubectl(["get", "secret", secret, ...inNamespace, path]), "base64").toString();
};

async function install(chart: string, name: string, values: JsonObject, into: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(values));
  const installed = await helm("helm", ["install", name, chart, "--namespace", into, "--values", file], cluster.kubeconfig);
  if (!installed.ok) throw new Error(installed.said);
  return installed.out;
}

async function connect(): Promise<{ readonly api: Client; readonly ready: () => Promise<boolean> }> {
  const ca = await dataOf(`${release}-tls`, "ca.crt");
  const dispatcher = new Agent({ connect: { ca } });
  const trusting = ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
  const baseUrl = `https://127.0.0.1:${ports.rest}`;
  return {
    api: createClient({ baseUrl, token: await dataOf(`${release}-admin-token`, "token").then((text) => text.trim()), fetch: trusting }),
    ready: async () => (await trusting(`${baseUrl}/readyz`)).ok,
  };
}

test("installed for an evaluation it becomes ready, lets its own token in, and an agent enrols against it", async () => {
  const notes = await install(
    serverChart,
    release,
    {
      fleet: { repository: git.host.cloneUrl("fleet"), credentials: "git-host" },
      credentials: [{ name: "git-host", existingSecret: "git-host" }],
      evaluation: { enabled: true, postgresql: { port: ports.postgres }, nats: { port: ports.nats } },
      ports: { rest: ports.rest, grpc: ports.grpc },
      tls: { names: ["127.0.0.1"] },
      egress: { allow: [git.address] },
      replicas: 1,
    },
    namespace,
  );
  expect(notes).toContain("EVALUATION");

  const bootstrap = await start("bootstrap", images.server);
  await succeeded(bootstrap);
  expect(await readFile(bootstrap.logFile, "utf8")).toContain(`secret/${release}-keys stored`);
  // The second time finds everything as it is; nats.conf alone names files, whose folder is another one for each pod here.
  const again = await start("bootstrap", images.server);
  await succeeded(again);
  expect(await readFile(again.logFile, "utf8")).toMatch(/-keys unchanged\n.*-tls unchanged\n.*-nats .*\n.*-admin-token unchanged\n/);

  await start("postgresql", images.postgres, postgresAccount());
  await start("nats", images.nats);
  await start("server", images.server);
  const { api, ready } = await connect();
  await waitUntil(
    "it is ready",
    async () => {
      for (const each of started.slice(2)) if (each.hasEnded() !== undefined) throw new Error(each.lastWords());
      return ready();
    },
    60_000,
  );
  expect(await api("whoAmI")).toMatchObject({ role: "admin" });
  expect(await fetch(`https://127.0.0.1:${ports.rest}/`).catch(({ cause }: { cause: Error }) => cause.message)).toMatch(/certificate/);

  const check = await helmTest();
  expect(check).toMatchObject({ ok: true, log: expect.stringContaining("ok") as string });

  await api("createCluster", { body: { name: "eu-1" } });
  const { token } = await api("createEnrolmentToken", { params: { cluster: "eu-1" }, body: { ttl: "10m" } });
  const agentNamespace = `${namespace}-agent`;
  await cluster.kubectl(["create", "namespace", agentNamespace]);
  const agentValues = {
    apiUrl: `https://127.0.0.1:${ports.rest}`,
    healthPort: ports.health,
    ca: { pem: await dataOf(`${release}-tls`, "ca.crt") },
    enrolment: { token },
  };
  await install(agentChart, "fleet", agentValues, agentNamespace);
  const agent = await startPod(cluster, await podOf(cluster, agentNamespace, "agent"), images.agent, { addresses: addresses() });
  started.push(agent);
  await waitUntil(
    "the agent has enrolled",
    async () => {
      if (agent.hasEnded() !== undefined) throw new Error(agent.lastWords());
      const { state, ...rest } = await api("getCluster", { params: { cluster: "eu-1" } });
      if (state !== "Connected") throw new Error(JSON.stringify({ state, ...rest, said: agent.lastWords() }));
      return true;
    },
    30_000,
  );
  await cluster.kubectl(["delete", "namespace", agentNamespace, "--wait=false"]);
}, 240_000);

async function succeeded(job: PodProcess): Promise<void> {
  const end = await job.ended;
  if (end !== "exited with status 0") throw new Error(`${end}: ${job.lastWords()}`);
}

/** `helm test`, whose pod is run as a kubelet would. */
async function helmTest(): Promise<{ readonly ok: boolean; readonly log: string }> {
  const asked = helm("helm", ["test", release, ...inNamespace, "--timeout=60s"], cluster.kubeconfig);
  const pod = await podOf(cluster, namespace, "test");
  const check = await startPod(cluster, pod, images.server, { addresses: addresses() });
  const phase = (await check.ended) === "exited with status 0" ? "Succeeded" : "Failed";
  const told = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status: { phase } })];
  await cluster.kubectl(["patch", "pod", pod.metadata.name, ...inNamespace, ...told]);
  return { ok: (await asked).ok, log: await readFile(check.logFile, "utf8") };
}
