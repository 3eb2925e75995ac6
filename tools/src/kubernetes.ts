import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DroverError } from "@drover/kit";
import { eventually } from "./eventually.ts";
import { freePorts } from "./free-port.ts";
import { askKubeApi, type KubeApi } from "./kube-api.ts";
import { accessFrom, type KubernetesAccess, writeKubeconfig } from "./kubernetes-access.ts";
import { type ClusterLayout, type ClusterProgram, clusterFiles, commandLines } from "./kubernetes-programs.ts";
import { locateAll, type LocateOptions } from "./locate.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

export interface KubernetesOptions extends LocateOptions {
  /** Every start makes a new cluster, also where one was before. */
  readonly dataDir: string;
  readonly name: string;
}

export interface Kubernetes extends KubernetesAccess {
  readonly pids: Readonly<Record<ClusterProgram, number>>;
  /** Ends everything at once; the files stay. */
  stop(): Promise<void>;
}

const startDeadlineMs = 60_000;

/** All that a cluster needs, so that the minutes of a first build can be spent before anything starts. */
export const kubernetesPrograms = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubectl"] as const;

/**
 * Starts a real Kubernetes 1.36 without machines: API server, controllers and scheduler are the real ones, one node and its pods are
 * played by kwok as `kwok-stages.yaml` says. Ready in about 3 s, 540 MB of memory. Several run side by side.
 */
export async function startKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const programs = await locateAll(kubernetesPrograms, options);
  const [api, etcd, etcdPeer, kubelet] = (await freePorts(4)) as [number, number, number, number];
  const layout: ClusterLayout = { name: options.name, dataDir: resolve(options.dataDir), ports: { api, etcd, etcdPeer, kubelet } };
  const token = randomBytes(24).toString("base64url");
  await writeFiles(layout, token);

  const processes = new Map<ClusterProgram, ServerProcess>();
  const start = (program: ClusterProgram): void => void processes.set(program, startProgram(program, programs[program], layout));
  // The API server ignores SIGTERM for minutes once etcd is gone, and nothing here is worth a farewell.
  const stop = async (): Promise<void> => void (await Promise.all([...processes.values()].map((process) => process.kill())));
  try {
    start("etcd");
    start("kube-apiserver");
    const server = await connect(layout, token, processes);
    start("kube-controller-manager");
    start("kube-scheduler");
    start("kwok");
    await workersReady(server, processes);
    return describe(layout, server, programs.kubectl, processes, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeFiles({ dataDir }: ClusterLayout, token: string): Promise<void> {
  const files = clusterFiles(dataDir);
  for (const leftover of [files.etcd, files.certificates]) await rm(leftover, { recursive: true, force: true });
  await mkdir(files.certificates, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writePrivate(files.serviceAccountKey, privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  await writePrivate(files.tokens, `${token},admin,admin,"system:masters"\n`);
  await writeFile(files.containerLog, containerLog(["starting", "listening on 8080", "ready"]));
  await writeFile(
    files.failingContainerLog,
    containerLog(["starting", "applying 0042_orders.sql", 'ERROR: relation "orders" does not exist']),
  );
}

const writePrivate = (file: string, content: string): Promise<void> => writeFile(file, content, { mode: 0o600 });

/** In the form of a container runtime's log. */
const containerLog = (lines: readonly string[]): string =>
  lines.map((line) => `2026-01-01T00:00:00.000000000Z stdout F ${line}\n`).join("");

const startProgram = (program: ClusterProgram, file: string, layout: ClusterLayout): ServerProcess =>
  startServerProcess({
    name: program,
    file,
    args: commandLines(layout)[program],
    logFile: join(layout.dataDir, `${program}.log`),
    cwd: layout.dataDir,
    env: { PATH: process.env["PATH"], HOME: layout.dataDir },
    stopSignal: "SIGKILL",
  });

/** Waits for the API server, which makes its own certificate, and writes the files by which everybody else finds it. */
async function connect({ name, dataDir, ports }: ClusterLayout, token: string, processes: Processes): Promise<KubeApi> {
  const files = clusterFiles(dataDir);
  const server = `https://127.0.0.1:${ports.api}`;
  const api = await eventually(
    async () => {
      assertRunning(processes);
      const ca = authorityIn(await readFile(files.servingCertificate, "utf8").catch(() => ""));
      if (ca === undefined) return undefined;
      const answer = await askKubeApi({ server, ca, token }, "GET", "/readyz");
      return answer?.status === 200 ? { server, ca, token } : undefined;
    },
    {
      ms: startDeadlineMs,
      operation: `wait for the API server of cluster ${name}`,
      explain: () => processes.get("kube-apiserver")?.lastWords() ?? "",
    },
  );
  await writeFile(files.ca, api.ca);
  await writeKubeconfig(files.kubeconfig, { name, api });
  return api;
}

type Processes = ReadonlyMap<ClusterProgram, ServerProcess>;

function assertRunning(processes: Processes): void {
  for (const [program, process] of processes) {
    const end = process.hasEnded();
    if (end !== undefined)
      throw new DroverError("unavailable", "KUBERNETES_NOT_STARTED", `start Kubernetes: ${program} ${end}; ${process.lastWords()}`);
  }
}

/** The file holds the server's certificate, then its authority's. Undefined while it is not complete. */
const authorityIn = (pem: string): string | undefined => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)?.[1];

const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node-0", labels: { "kubernetes.io/hostname": "node-0", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" } },
};

/** Pods can be made once the node is ready (kwok) and the default service account exists (controllers). */
async function workersReady(api: KubeApi, processes: Processes): Promise<void> {
  await askKubeApi(api, "POST", "/api/v1/nodes", node);
  const ready = async (): Promise<true | undefined> => {
    assertRunning(processes);
    const found = await askKubeApi(api, "GET", "/api/v1/nodes/node-0");
    if (!/"reason":\s*"KubeletReady"/.test(found?.body ?? "")) return undefined;
    const account = await askKubeApi(api, "GET", "/api/v1/namespaces/default/serviceaccounts/default");
    return account?.status === 200 ? true : undefined;
  };
  await eventually(ready, { ms: startDeadlineMs, operation: "wait for the controllers and the node of Kubernetes" });
}

const describe = (layout: ClusterLayout, api: KubeApi, kubectl: string, processes: Processes, stop: () => Promise<void>): Kubernetes => ({
  ...accessFrom(layout.dataDir, kubectl, { name: layout.name, api }),
  pids: Object.fromEntries([...processes].map(([program, { pid }]) => [program, pid])) as Record<ClusterProgram, number>,
  stop,
});
