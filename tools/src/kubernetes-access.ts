import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DroverError } from "@drover/kit";
import type { KubeApi } from "./kube-api.ts";
import { clusterFiles } from "./kubernetes-programs.ts";
import { locate, type LocateOptions } from "./locate.ts";

/** What anybody may do with a cluster that runs, whoever started it. */
export interface KubernetesAccess {
  readonly name: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Of a cluster administrator, self-contained, mode 0600. */
  readonly kubeconfig: string;
  /** The authority that signed the API server's certificate. */
  readonly caFile: string;
  readonly dataDir: string;
  /** What kubectl prints, as administrator. `input` goes to its standard input, for `-f -`. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** A kubeconfig file with the rights of a service account that exists; its token is good for a day. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
}

/** The cluster that another process started in this folder and still runs. */
export async function openKubernetes(options: LocateOptions & { readonly dataDir: string }): Promise<KubernetesAccess> {
  const kubectl = await locate("kubectl", options);
  return accessFrom(resolve(options.dataDir), kubectl, await readKubeconfig(clusterFiles(resolve(options.dataDir)).kubeconfig));
}

export interface NamedApi {
  readonly name: string;
  readonly api: KubeApi;
}

export function accessFrom(dataDir: string, kubectlFile: string, { name, api }: NamedApi): KubernetesAccess {
  const files = clusterFiles(dataDir);
  const kubectl = (args: readonly string[], input = ""): Promise<string> =>
    runKubectl(kubectlFile, ["--kubeconfig", files.kubeconfig, ...args], input);
  return {
    name,
    server: api.server,
    kubeconfig: files.kubeconfig,
    caFile: files.ca,
    dataDir,
    kubectl,
    serviceAccountKubeconfig: async (namespace, account) => {
      const token = (await kubectl(["create", "token", account, "--namespace", namespace, "--duration=24h"])).trim();
      const file = join(dataDir, `kubeconfig-${namespace}-${account}`);
      await writeKubeconfig(file, { name, api: { ...api, token } });
      return file;
    },
  };
}

/** JSON is YAML too. */
export function writeKubeconfig(file: string, { name: cluster, api: { server, ca, token } }: NamedApi): Promise<void> {
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name: "user", user: { token } }],
    contexts: [{ name: cluster, context: { cluster, user: "user" } }],
    "current-context": cluster,
  };
  return writeFile(file, JSON.stringify(content), { mode: 0o600 });
}

/** Reads what `writeKubeconfig` wrote, nothing else. */
async function readKubeconfig(file: string): Promise<NamedApi> {
  interface Written {
    readonly clusters: readonly [{ readonly name: string; readonly cluster: Readonly<Record<string, string>> }];
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  }
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new DroverError("unavailable", "KUBERNETES_NOT_STARTED", `open Kubernetes: no cluster was started with ${file}`, { cause });
  });
  const { clusters, users } = JSON.parse(text) as Written;
  const [{ name, cluster }] = clusters;
  const ca = Buffer.from(cluster["certificate-authority-data"] ?? "", "base64").toString();
  return { name, api: { server: cluster["server"] ?? "", ca, token: users[0].user.token } };
}

const kubectlTimeoutMs = 120_000;
const maxKubectlBytes = 64 * 1024 * 1024;

const runKubectl = (file: string, args: readonly string[], input: string): Promise<string> =>
  new Promise((done, fail) => {
    const limits = { timeout: kubectlTimeoutMs, maxBuffer: maxKubectlBytes, killSignal: "SIGKILL" } as const;
    const child = execFile(file, args, limits, (error, stdout, stderr) => {
      if (error === null) return done(stdout);
      fail(new DroverError("unavailable", "KUBECTL_FAILED", `kubectl ${args.slice(2).join(" ")}: ${stderr.trim() || error.message}`));
    });
    // kubectl may fail before it has read everything; its own message says why.
    child.stdin?.on("error", () => undefined).end(input);
  });
