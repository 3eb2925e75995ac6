import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KubernetesAccess } from "@drover/tools";
import { fieldOf, type Pod, type Volume, type VolumeSource } from "./pod.ts";

/** Lays every volume that the container mounts into folders under `root`, as a kubelet does. */
export async function layVolumes(cluster: KubernetesAccess, pod: Pod, root: string): Promise<void> {
  const [{ volumeMounts = [] }] = pod.spec.containers;
  for (const { name, mountPath, subPath } of volumeMounts) {
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`${pod.metadata.name} mounts ${name}, which is no volume of it`);
    const folder = join(root, subPath === undefined ? mountPath : dirname(mountPath));
    await mkdir(folder, { recursive: true });
    // The pod's group may write into one, by fsGroup.
    if (volume.emptyDir !== undefined || volume.persistentVolumeClaim !== undefined) await chmod(folder, 0o777);
    for (const [path, content] of await filesOf(cluster, pod, volume)) {
      if (subPath !== undefined && path !== subPath) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), movedTo(root, content));
      // Whatever the umask of whoever tests: the pod's user is another.
      await chmod(join(folder, path), 0o644);
    }
  }
}

/** Configuration that another pod wrote names files as they are there, below a folder that stood for its `/`. */
const movedTo = (root: string, content: Buffer | string): string =>
  content.toString().replaceAll(/"[^"\n]*\/var\/lib\/drover\//g, `"${root}/var/lib/drover/`);

type Files = readonly (readonly [path: string, content: Buffer | string])[];

async function filesOf(cluster: KubernetesAccess, pod: Pod, volume: Volume): Promise<Files> {
  const sources: readonly VolumeSource[] = volume.projected?.sources ?? [volume];
  return (await Promise.all(sources.map((source) => filesOfSource(cluster, pod, source)))).flat();
}

async function filesOfSource(cluster: KubernetesAccess, pod: Pod, source: VolumeSource): Promise<Files> {
  const { secret, configMap, serviceAccountToken, downwardAPI, emptyDir, persistentVolumeClaim } = source;
  if (emptyDir !== undefined || persistentVolumeClaim !== undefined) return [];
  if (downwardAPI !== undefined) return downwardAPI.items.map(({ path, fieldRef }) => [path, fieldOf(pod, fieldRef.fieldPath)]);
  if (serviceAccountToken !== undefined) return [[serviceAccountToken.path, await tokenOf(cluster, pod)]];
  const kind = secret ? "secret" : "configmap";
  const { items, optional = false } = secret ?? configMap ?? {};
  const data = await dataOf(cluster, kind, secret?.secretName ?? secret?.name ?? configMap?.name ?? "", pod.metadata.namespace);
  if (data === undefined && optional) return [];
  if (data === undefined) throw new Error(`${pod.metadata.name} cannot start: a ${kind} that it mounts does not exist`);
  if (items === undefined) return [...data];
  return items.map(({ key, path }) => {
    const content = data.get(key);
    if (content === undefined) throw new Error(`${pod.metadata.name} cannot start: the ${kind} that it mounts has no key ${key}`);
    return [path, content] as const;
  });
}

/** Good for as long as the pod is there. */
async function tokenOf(cluster: KubernetesAccess, { metadata, spec }: Pod): Promise<string> {
  const bound = ["--bound-object-kind=Pod", `--bound-object-name=${metadata.name}`, `--bound-object-uid=${metadata.uid}`];
  return (await cluster.kubectl(["create", "token", spec.serviceAccountName, "--namespace", metadata.namespace, ...bound])).trim();
}

/** Undefined when there is none of that name. */
export async function dataOf(
  cluster: KubernetesAccess,
  kind: "secret" | "configmap",
  name: string,
  namespace: string,
): Promise<ReadonlyMap<string, Buffer> | undefined> {
  const text = await cluster.kubectl(["get", kind, name, "--namespace", namespace, "--ignore-not-found", "--output=json"]);
  if (text === "") return undefined;
  const { data = {} } = JSON.parse(text) as { readonly data?: Readonly<Record<string, string>> };
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, kind === "secret" ? "base64" : "utf8")]));
}
