import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@drover/proto/rest";
import { freePorts, type KubernetesAccess, type ServerProcess } from "@drover/tools";
import { Agent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layAgentImage } from "../support/agent-image.ts";
import type { ContainerImage } from "../support/container-image.ts";
import { startTestGit, type TestGit } from "../support/git-work-tree.ts";
import { commandsIn, runCommands, type Words } from "../support/guide-commands.ts";
import { agentChart, helm, serverChart } from "../support/helm.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";
import { podOf } from "../support/pod-of.ts";
import { type PodProcess, startPod } from "../support/pod-process.ts";
import { layPostgresImage, postgresAccount } from "../support/postgres-image.ts";
import { layServerImage } from "../support/server-image.ts";
import { layNatsImage } from "../support/nats-image.ts";
import { waitUntil } from "../support/wait-until.ts";

// The whole road of somebody who tries Drover in a cluster, typed from the chart's README, from what Helm prints, and from the guides: install
// the chart, sign in with the token it made, add a cluster, install the agent, upgrade.

const namespace = `t-server-${randomBytes(3).toString("hex")}`;
const release = "drover";
const chartReadme = "../../charts/drover/README.md";
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

/** The reader's own things: a namespace, ports and addresses that nobody else has here. */
const words = (more: Words): Words => ({
  ...more, // first, as the first that fits is taken
  "--namespace drover": `--namespace ${namespace}`,
  "charts/drover": serverChart,
  "https://git.example.com/fleet.git": git.host.cloneUrl("fleet"),
  "evaluation.enabled=true": `evaluation.enabled=true --values ${join(folder, "my-values.yaml")}`,
  "my-values.yaml": join(folder, "my-values.yaml"),
  "> admin-token": `> ${join(folder, "admin-token")}`,
  "> ca.crt": `> ${join(folder, "ca.crt")}`,
});
const type = (line: string, more: Words = {}): Promise<string> => runCommands(line, words(more), cluster.kubeconfig);

/** The first command of a page that begins so, with the lines that it goes on over. */
function command(page: string, beginning: string): string {
  const commands = commandsIn(page).flatMap((block) => block.replaceAll("\\\n", "").split("\n"));
  const found = commands.find((each) => each.startsWith(beginning));
  if (found === undefined) throw new Error(`${page} has no command that begins with "${beginning}"`);
  return found;
}

async function connect(): Promise<{ readonly api: Client; readonly isThere: (path: string) => Promise<boolean> }> {
  const ca = await readFile(join(folder, "ca.crt"), "utf8");
  const dispatcher = new Agent({ connect: { ca } });
  const trusting = ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
  const baseUrl = `https://127.0.0.1:${ports.rest}`;
  return {
    api: createClient({ baseUrl, token: (await readFile(join(folder, "admin-token"), "utf8")).trim(), fetch: trusting }),
    isThere: async (path) => (await trusting(`${baseUrl}${path}`)).ok,
  };
}

test("installed for an evaluation it becomes ready, lets its own token in, and an agent enrols against it", async () => {
  const values = {
    fleet: { repository: git.host.cloneUrl("fleet"), credentials: "git-host" },
    credentials: [{ name: "git-host", existingSecret: "git-host" }],
    evaluation: { enabled: true, postgresql: { port: ports.postgres }, nats: { port: ports.nats } },
    ports: { rest: ports.rest, grpc: ports.grpc },
    tls: { names: ["127.0.0.1"] },
    egress: { allow: [git.address] },
    replicas: 1,
  };
  await writeFile(join(folder, "my-values.yaml"), JSON.stringify(values));
  const notes = await type(command(chartReadme, "helm install drover"));
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
  let server = await start("server", images.server);
  for (const line of notes.match(/^ *kubectl .* get secret .*$/gm) ?? []) await type(line);
  const { api, isThere } = await connect();
  await waitUntil(
    "it is ready",
    async () => {
      if (server.hasEnded() === undefined) return isThere("/readyz");
      const said = server.lastWords();
      server = await start("server", images.server); // as a kubelet would: PostgreSQL may have been slower
      throw new Error(said);
    },
    60_000,
  );
  expect(await api("whoAmI")).toMatchObject({ role: "admin" });
  for (const page of ["/", "/docs/static/swagger-ui.css"]) expect([page, await isThere(page)]).toEqual([page, true]);
  expect(await fetch(`https://127.0.0.1:${ports.rest}/`).catch(({ cause }: { cause: Error }) => cause.message)).toMatch(/certificate/);

  const check = await helmTest();
  expect(check).toMatchObject({ ok: true, log: expect.stringContaining("ok") as string });

  await api("createCluster", { body: { name: "eu-1" } });
  const { token } = await api("createEnrolmentToken", { params: { cluster: "eu-1" }, body: { ttl: "10m" } });
  const agentNamespace = `${namespace}-agent`;
  await cluster.kubectl(["create", "namespace", agentNamespace]);
  await type(command("add-a-cluster.md", "helm install drover-agent"), {
    "charts/drover-agent": agentChart,
    "--namespace drover-system": `--namespace ${agentNamespace}`,
    "https://drover.example.com": `https://127.0.0.1:${ports.rest}`,
    "ca.crt": join(folder, "ca.crt"),
    "drv1_…": `${token} --set healthPort=${ports.health}`,
  });
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

  await type(command("upgrade.md", "helm upgrade drover"));
  expect(await cluster.kubectl(["get", "jobs", ...inNamespace, "--output=name"])).toContain(`job.batch/${release}-bootstrap-2`);
}, 240_000);

async function succeeded(job: PodProcess): Promise<void> {
  const end = await job.ended;
  if (end !== "exited with status 0") throw new Error(`${end}: ${job.lastWords()}`);
}

/** `helm test`, whose pod is run as a kubelet would. */
async function helmTest(): Promise<{ readonly ok: boolean; readonly log: string }> {
  const asked = type(command(chartReadme, "helm test drover").replace(/ --logs.*/, " --timeout=60s"));
  const pod = await podOf(cluster, namespace, "test");
  const check = await startPod(cluster, pod, images.server, { addresses: addresses() });
  const phase = (await check.ended) === "exited with status 0" ? "Succeeded" : "Failed";
  const told = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status: { phase } })];
  await cluster.kubectl(["patch", "pod", pod.metadata.name, ...inNamespace, ...told]);
  return { ok: /Phase: *Succeeded/.test(await asked), log: await readFile(check.logFile, "utf8") };
}
