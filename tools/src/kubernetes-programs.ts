import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where everything of one cluster is. */
export interface ClusterLayout {
  readonly name: string;
  readonly dataDir: string;
  readonly ports: { readonly api: number; readonly etcd: number; readonly etcdPeer: number; readonly kubelet: number };
}

export const clusterFiles = (dataDir: string) =>
  ({
    /** The API server makes its own serving certificate here. */
    certificates: join(dataDir, "certificates"),
    servingCertificate: join(dataDir, "certificates", "apiserver.crt"),
    ca: join(dataDir, "ca.crt"),
    tokens: join(dataDir, "tokens.csv"),
    serviceAccountKey: join(dataDir, "service-account.key"),
    kubeconfig: join(dataDir, "kubeconfig"),
    etcd: join(dataDir, "etcd"),
    containerLog: join(dataDir, "container.log"),
    failingContainerLog: join(dataDir, "failing-container.log"),
  }) as const;

export type ClusterProgram = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

const stages = fileURLToPath(new URL("kwok-stages.yaml", import.meta.url));

/** The command line of each program, in the order in which they start. Each runs in the data folder. */
export function commandLines({ name, dataDir, ports }: ClusterLayout): Readonly<Record<ClusterProgram, readonly string[]>> {
  const files = clusterFiles(dataDir);
  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const etcdPeer = `http://127.0.0.1:${ports.etcdPeer}`;
  const kubeconfig = `--kubeconfig=${files.kubeconfig}`;
  return {
    etcd: [
      `--name=${name}`,
      `--data-dir=${files.etcd}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${etcdPeer}`,
      `--initial-advertise-peer-urls=${etcdPeer}`,
      `--initial-cluster=${name}=${etcdPeer}`,
      "--unsafe-no-fsync", // the cluster does not outlive this machine
      "--log-level=error",
    ],
    "kube-apiserver": [
      `--etcd-servers=${etcd}`,
      `--secure-port=${ports.api}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--cert-dir=${files.certificates}`,
      `--token-auth-file=${files.tokens}`,
      `--service-account-key-file=${files.serviceAccountKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-cluster-ip-range=10.0.0.0/16",
      "--authorization-mode=RBAC",
      "--allow-privileged",
      "--endpoint-reconciler-type=none",
    ],
    "kube-controller-manager": [
      kubeconfig,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.ca}`,
      "--use-service-account-credentials=false",
      "--secure-port=0",
      "--leader-elect=false",
      // These wait for clouds and machines that are not there.
      "--controllers=*,-nodeipam,-cloud-node-lifecycle,-route,-service-lb-controller",
      // The node has no kubelet that goes on saying it is ready, and pods on one that fell silent never become ready again.
      "--node-monitor-grace-period=8760h",
    ],
    "kube-scheduler": [kubeconfig, "--secure-port=0", "--leader-elect=false"],
    kwok: [
      kubeconfig,
      `--config=${stages}`,
      "--manage-all-nodes=true",
      "--node-ip=127.0.0.1",
      `--node-port=${ports.kubelet}`,
      `--server-address=127.0.0.1:${ports.kubelet}`,
    ],
  };
}
