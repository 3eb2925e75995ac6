import { DroverError } from "@drover/kit";
import { createKube } from "./adapters/kube/kube.ts";
import { inClusterConnection, kubeconfigConnection } from "./adapters/kube/connection.ts";
import { createRemoteKube } from "./adapters/memory/remote.ts";
import type { Kube } from "./app/kube.ts";
import type { ClusterSource } from "./config.ts";

export interface OpenCluster {
  readonly kube: Kube;
  readonly kubernetesVersion: string;
  close(): Promise<void>;
}

/** The cluster that the configuration names. `env` holds the address that Kubernetes gives every pod. */
export async function openCluster(
  source: ClusterSource,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<OpenCluster> {
  if (source.kind === "memory") {
    const kube = createRemoteKube({ socketPath: source.socket, cluster: source.name });
    return { kube, kubernetesVersion: "in-memory", close: () => kube.close() };
  }
  const connection =
    source.kind === "kubeconfig"
      ? await kubeconfigConnection(source.path)
      : await inClusterConnection({ ...addressOf(env), ...(source.folder === undefined ? {} : { folder: source.folder }) });
  const kube = createKube({ connection });
  return { kube, kubernetesVersion: await kube.version(signal), close: () => kube.close() };
}

function addressOf(env: Readonly<Record<string, string | undefined>>): { readonly host: string; readonly port: string } {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host && port) return { host, port };
  throw new DroverError("invalid", "CONFIG_INVALID", "read configuration: this is no pod; set DROVER_KUBECONFIG to a kubeconfig file");
}
