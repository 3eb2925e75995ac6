import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { base32, type JsonObject } from "@drover/kit";
import type { ApplicationStatus, Client } from "@drover/proto/rest";
import { freePort, type KubernetesAccess } from "@drover/tools";
import { onTestFinished } from "vitest";
import { layAgentImage } from "./agent-image.ts";
import type { ContainerImage } from "./container-image.ts";
import { prepareControlPlane, type TestControlPlane } from "./control-plane.ts";
import { agentChart, helm } from "./helm.ts";
import { sharedKubernetes } from "./kubernetes.ts";
import { type PodProcess, startPod } from "./pod-process.ts";
import { podOf } from "./pod-of.ts";
import type { Pod } from "./pod.ts";
import { waitUntil } from "./wait-until.ts";

/** What one cluster of the fleet runs: objects by application, each with the project it belongs to. */
export type Applications = Readonly<Record<string, { readonly project?: string; readonly objects: readonly JsonObject[] }>>;

/** A control plane, a real Kubernetes, and the chart to install in it. Every member of the fleet is a pair of namespaces there. */
export interface ChartWorld {
  readonly cluster: KubernetesAccess;
  readonly apiUrl: string;
  readonly caFile: string;
  /** Where the member's applications go; exists. */
  applicationNamespace(member: string): string;
  /** Where the member's agent is installed; exists, and takes restricted pods only. */
  agentNamespace(member: string): string;
  enrolmentToken(member: string): Promise<string>;
  /** Installs the chart and starts what its Deployment's pod would run; gone when the test ends. Resolves when the agent is a member. */
  install(member: string, values: JsonObject): Promise<Installation>;
  /** Takes the release away, as a person would who moves an agent; not needed at a test's end. */
  uninstall(member: string): Promise<void>;
  /** Starts what the Deployment in the member's namespace would run, however the chart came there. */
  startAgent(member: string): Promise<Pick<Installation, "pod" | "agent">>;
  /** What the control plane knows of the application now. Throws while it knows nothing of what is assigned. */
  statusOf(application: string): Promise<ApplicationStatus>;
  /** Makes git's newest the thing to run, and answers the first verdict on it that is not about work under way. */
  deploy(member: string, application: string): Promise<ApplicationStatus>;
  /** `helm test`, whose pod is run as a kubelet would, and is told how that ended. */
  helmTest(member: string): Promise<{ readonly ok: boolean; readonly log: string }>;
  stop(): Promise<void>;
}

export interface Installation {
  readonly pod: Pod;
  readonly agent: PodProcess;
  readonly healthPort: number;
  /** What Helm said of the installation. */
  readonly notes: string;
}

/** Of what takes a second on a machine with nothing else to do. */
const patienceMs = 30_000;
const release = "fleet";
/** The agent's ServiceAccount, as the chart names it. */
export const agentAccount = `${release}-drover-agent`;

/** `run` begins the names of everything that the world makes in the shared cluster. */
export async function startChartWorld(run: string, members: Readonly<Record<string, Applications>>): Promise<ChartWorld> {
  const folder = await mkdtemp(join(tmpdir(), "drover-chart-"));
  await chmod(folder, 0o755); // the agent runs as somebody else
  const [cluster, controlPlane, image] = await Promise.all([sharedKubernetes(), prepareControlPlane(), layAgentImage(folder)]);
  const revision = await pushFleet(controlPlane, members, (member) => `${run}-${member}`);
  const replica = await controlPlane.start();
  const api = replica.client();
  const clusters = Object.keys(members).length;
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters, patienceMs);
  const applicationNamespace = (member: string): string => `${run}-${member}`;
  const agentNamespace = (member: string): string => `${run}-${member}-agent`;
  const namespaces = Object.keys(members).flatMap((member) => [applicationNamespace(member), agentNamespace(member)]);
  await cluster.kubectl(["create", "-f", "-"], namespaces.map((name) => JSON.stringify(namespaceObject(name))).join("\n"));

  const startAgent: ChartWorld["startAgent"] = async (member) => {
    const pod = await podOf(cluster, agentNamespace(member), "agent");
    const agent = await startPod(cluster, pod, image);
    onTestFinished(() => agent.stop());
    await waitUntil(`${member} is a member`, () => isMember(api, member, agent), patienceMs);
    return { pod, agent };
  };
  const uninstall: ChartWorld["uninstall"] = async (member) => {
    const args = ["uninstall", release, "--namespace", agentNamespace(member), "--ignore-not-found", "--wait"];
    await helm("helm", args, cluster.kubeconfig);
  };
  const install: ChartWorld["install"] = async (member, values) => {
    const namespace = agentNamespace(member);
    const healthPort = await freePort();
    const file = join(folder, `${member}.json`);
    await writeFile(file, JSON.stringify({ apiUrl: replica.apiUrl, healthPort, ...values }));
    const inNamespace = ["--namespace", namespace];
    const installed = await helm("helm", ["install", release, agentChart, ...inNamespace, "--values", file], cluster.kubeconfig);
    if (!installed.ok) throw new Error(installed.said);
    onTestFinished(() => uninstall(member));
    return { ...(await startAgent(member)), healthPort, notes: installed.out };
  };

  return {
    cluster,
    apiUrl: replica.apiUrl,
    caFile: controlPlane.caFile,
    applicationNamespace,
    agentNamespace,
    enrolmentToken: async (member) => (await api("createEnrolmentToken", { params: { cluster: member }, body: { ttl: "10m" } })).token,
    install,
    uninstall,
    startAgent,
    statusOf: (application) => statusOf(api, application),
    deploy: async (member, application) => {
      await api("createPromotion", { body: { application, environment: member, revision, reason: "test" } });
      return waitUntil(`${application} has a verdict`, () => verdictOn(api, application), patienceMs);
    },
    helmTest: (member) => helmTest(cluster, image, agentNamespace(member)),
    stop: async () => {
      await cluster.kubectl(["delete", "namespace", "--wait=false", ...namespaces]);
      await controlPlane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const namespaceObject = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, ...(name.endsWith("-agent") ? { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } : {}) },
});

async function isMember(api: Client, member: string, agent: PodProcess): Promise<boolean> {
  if (agent.hasEnded() !== undefined) throw new Error(agent.lastWords());
  return (await api("getCluster", { params: { cluster: member } })).state === "Connected";
}

async function statusOf(api: Client, application: string): Promise<ApplicationStatus> {
  const [status] = (await api("listStatuses", { query: { application } })).items;
  if (status?.current === true) return status;
  throw new Error(JSON.stringify(status));
}

async function verdictOn(api: Client, application: string): Promise<ApplicationStatus> {
  const status = await statusOf(api, application);
  if (status.sync !== "Unknown" && status.reason !== "Applying") return status;
  throw new Error(JSON.stringify(status));
}

async function helmTest(cluster: KubernetesAccess, image: ContainerImage, namespace: string): Promise<{ ok: boolean; log: string }> {
  const asked = helm("helm", ["test", release, "--namespace", namespace, "--timeout=30s"], cluster.kubeconfig);
  const pod = await podOf(cluster, namespace, "test");
  const check = await startPod(cluster, pod, image);
  const phase = (await check.ended) === "exited with status 0" ? "Succeeded" : "Failed";
  const told = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status: { phase } })];
  await cluster.kubectl(["patch", "pod", pod.metadata.name, "--namespace", namespace, ...told]);
  return { ok: (await asked).ok, log: await readFile(check.logFile, "utf8") };
}

/** Each member is a cluster and an environment of the same name. Answers the revision of the applications' repository. */
async function pushFleet(
  { git, fleet }: TestControlPlane,
  members: Readonly<Record<string, Applications>>,
  namespaceOf: (member: string) => string,
): Promise<string> {
  const source = await git.clone("applications");
  const repository = git.host.cloneUrl("applications");
  const applications = Object.entries(members).flatMap(([member, all]) =>
    Object.entries(all).map(([name, { project, objects }]) => ({ name, member, project, objects })),
  );
  await fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    ...Object.fromEntries(
      applications.flatMap(({ name, member, project, objects: _objects }) => [
        ...(project === undefined ? [] : [[`projects/${project}.yaml`, `serviceAccountName: ${project}\n`]]),
        [
          `applications/${name}.yaml`,
          JSON.stringify({
            source: { repository, path: name, credentialsRef: "git-host" },
            destination: { namespace: namespaceOf(member) },
            ...(project === undefined ? {} : { project }),
          }),
        ],
      ]),
    ),
    ...Object.fromEntries(
      Object.keys(members).flatMap((member) => [
        [`environments/${member}.yaml`, JSON.stringify({ clusterSelector: { matchLabels: { member } } })],
        [`clusters/${member}.yaml`, JSON.stringify({ id: base32(randomBytes(16)), labels: { member } })],
      ]),
    ),
  });
  return source.push(
    Object.fromEntries(
      applications.map(({ name, objects }) => [`${name}/all.yaml`, objects.map((each) => JSON.stringify(each)).join("\n---\n")]),
    ),
  );
}
