import { chmod, mkdtemp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type KubernetesAccess, type ServerProcess, startServerProcess } from "@drover/tools";
import { type ContainerImage, programOf } from "./container-image.ts";
import { type EnvVar, fieldOf, type Pod } from "./pod.ts";
import { dataOf, layVolumes } from "./pod-volumes.ts";

export interface PodProcess extends ServerProcess {
  readonly logFile: string;
}

/** What a cluster with a network and kubelets would add. */
export interface Surroundings {
  /** What Services' names and ports lead to, like `drover-nats.shop.svc:4222`. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Where the program needs another user here than the pod's. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const appFolder = "/app";
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Starts the program of a pod's container with its own command, environment, files, token and user. The cluster's kubelet is a player
 * that runs nothing, so this is what a kubelet would do; paths of the container are folders under one that stands for `/`.
 */
export async function startPod(
  cluster: KubernetesAccess,
  pod: Pod,
  image: ContainerImage,
  { addresses = {}, user }: Surroundings = {},
): Promise<PodProcess> {
  const [container] = pod.spec.containers;
  const root = await mkdtemp(join(image.root, `${pod.metadata.name}-`));
  await chmod(root, 0o755);
  await symlink(join(image.root, appFolder), join(root, appFolder));
  await layVolumes(cluster, pod, root);

  const folders = [appFolder, ...(container.volumeMounts ?? []).map(({ mountPath }) => mountPath)];
  const resolved = (text: string): string => Object.entries(addresses).reduce((so, [name, address]) => so.replaceAll(name, address), text);
  // A path in a mount, or a folder that mounts lie in.
  const isOurs = (text: string): boolean =>
    text.startsWith("/") && folders.some((folder) => `${text}/`.startsWith(`${folder}/`) || folder.startsWith(`${text}/`));
  const inRoot = (text: string): string => (isOurs(text) ? join(root, text) : resolved(text));
  const [program = "", ...args] = [...container.command, ...(container.args ?? [])].map(inRoot);
  const env = await Promise.all((container.env ?? []).map(async (each) => [each.name, inRoot(await valueOf(cluster, pod, each))] as const));
  const { hostname, port } = new URL(cluster.server);
  const logFile = `${root}.log`;
  const { runAsUser: uid, runAsGroup: gid } = pod.spec.securityContext;
  const server = startServerProcess({
    name: pod.metadata.name,
    file: programOf(image, program),
    args,
    logFile,
    stopSignal: "SIGTERM",
    cwd: root,
    env: {
      ...image.env,
      HOSTNAME: pod.metadata.name,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      DROVER_SERVICE_ACCOUNT_DIR: inRoot(serviceAccountFolder),
      ...Object.fromEntries(env),
    },
    // Only root may become somebody else; everybody else is nobody special already.
    ...(process.getuid?.() === 0 ? { user: user ?? { uid, gid } } : {}),
  });
  return { ...server, logFile };
}

async function valueOf(cluster: KubernetesAccess, pod: Pod, { name, value = "", valueFrom }: EnvVar): Promise<string> {
  if (valueFrom === undefined) return value;
  if (valueFrom.fieldRef) return fieldOf(pod, valueFrom.fieldRef.fieldPath);
  const kind = valueFrom.secretKeyRef ? "secret" : "configmap";
  const ref = valueFrom.secretKeyRef ?? valueFrom.configMapKeyRef;
  const data = ref && (await dataOf(cluster, kind, ref.name, pod.metadata.namespace));
  const content = ref && data?.get(ref.key);
  if (content === undefined) throw new Error(`${pod.metadata.name} cannot start: nothing is there for ${name}`);
  return content.toString();
}
