import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import type { KubernetesAccess } from "@drover/tools";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inClusterConnection, kubeconfigConnection } from "../../agent/src/adapters/kube/connection.ts";
import { createKube, type RealKube } from "../../agent/src/adapters/kube/kube.ts";
import type { ObjectRef, Resource } from "../../agent/src/app/kube.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";

let folder: string;
let cluster: KubernetesAccess;
const namespace = `t-access-${process.pid}`;
const { signal } = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-kube-access-"));
  cluster = await sharedKubernetes();
  await cluster.kubectl(["create", "namespace", namespace]);
  await cluster.kubectl(["-n", namespace, "create", "serviceaccount", "reader"]);
  await cluster.kubectl(["-n", namespace, "create", "role", "reader", "--verb=get,list", "--resource=configmaps"]);
  await cluster.kubectl(["-n", namespace, "create", "rolebinding", "reader", "--role=reader", `--serviceaccount=${namespace}:reader`]);
  await cluster.kubectl(["-n", namespace, "wait", "configmap", "kube-root-ca.crt", "--for=create"]);
}, 1_800_000);
afterAll(async () => {
  await cluster?.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  await rm(folder, { recursive: true, force: true });
});

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const secrets: Resource = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
const configMap = (name: string): ObjectRef => ({ resource: configMaps, namespace, name });

/** A service account as the kubelet mounts it. */
async function mountServiceAccount(name: string): Promise<{ readonly folder: string; readonly port: string }> {
  const mount = join(folder, `mount-${name}`);
  await mkdir(mount, { recursive: true });
  await writeFile(join(mount, "token"), (await cluster.kubectl(["-n", namespace, "create", "token", name])).trim());
  await writeFile(join(mount, "ca.crt"), await readText(cluster.caFile));
  return { folder: mount, port: new URL(cluster.server).port };
}

const readText = (file: string): Promise<string> => readFile(file, "utf8");

async function using<T>(kube: RealKube, work: (kube: RealKube) => Promise<T>): Promise<T> {
  try {
    return await work(kube);
  } finally {
    await kube.close();
  }
}

const errorOf = async (call: Promise<unknown>): Promise<DroverError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DroverError) return error;
  throw new Error("expected a DroverError", { cause: error });
};

test("a pod's service account reads what its role allows and is refused the rest", async () => {
  const { folder: mount, port } = await mountServiceAccount("reader");
  const connection = await inClusterConnection({ host: "127.0.0.1", port, folder: mount });
  await using(createKube({ connection }), async (kube) => {
    expect(await kube.get(configMap("kube-root-ca.crt"), signal)).toMatchObject({ kind: "ConfigMap" });
    expect(await errorOf(kube.list(secrets, { namespace }, signal))).toMatchObject({
      kind: "forbidden",
      code: "KUBE_FORBIDDEN",
    });
  });
});

test("a token that the kubelet replaced is read again when the old one is refused", async () => {
  const { folder: mount, port } = await mountServiceAccount("reader");
  const good = await readText(join(mount, "token"));
  await writeFile(join(mount, "token"), "expired");
  const connection = await inClusterConnection({ host: "127.0.0.1", port, folder: mount });
  await using(createKube({ connection }), async (kube) => {
    expect(await errorOf(kube.get(configMap("a"), signal))).toMatchObject({ kind: "unauthenticated", code: "KUBE_UNAUTHENTICATED" });
    await writeFile(join(mount, "token"), good);
    expect(await kube.get(configMap("kube-root-ca.crt"), signal)).toMatchObject({ kind: "ConfigMap" });
  });
});

test("an impersonating client has the rights of whom it acts as, and no others", async () => {
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  await using(createKube({ connection }), async (own) => {
    const kube = own.as(`system:serviceaccount:${namespace}:reader`);
    expect(await kube.get(configMap("kube-root-ca.crt"), signal)).toMatchObject({ kind: "ConfigMap" });
    expect(await errorOf(kube.list(secrets, { namespace }, signal))).toMatchObject({ code: "KUBE_FORBIDDEN" });
  });
});

test("more watches than connections for calls leave the calls their own", async () => {
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  await using(createKube({ connection }), async (kube) => {
    const stop = new AbortController();
    const { resourceVersion } = await kube.list(configMaps, { namespace }, signal);
    const firsts = Array.from({ length: 40 }, async () => {
      for await (const event of kube.watch(configMaps, { namespace }, resourceVersion, stop.signal)) return event.type;
      return undefined;
    });
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "seen" } };
    await kube.apply(configMap("seen"), object, { fieldManager: "drover/shop", force: false }, signal);
    expect(new Set(await Promise.all(firsts))).toEqual(new Set(["ADDED"]));
    stop.abort();
  });
});

test("what the server says about a Secret does not repeat its value", async () => {
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  await using(createKube({ connection }), async (kube) => {
    const ref: ObjectRef = { resource: secrets, namespace, name: "db" };
    const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "db", labels: { bad: "hunter2 hunter2" } }, type: "Opaque" };
    const error = await errorOf(kube.apply(ref, object, { fieldManager: "drover/shop", force: false }, signal));
    expect(error).toMatchObject({ kind: "invalid", code: "KUBE_INVALID" });
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain("hunter2");
    expect(error.message).toContain("metadata.labels");
  });
});

test("a server that is not there is unavailable, and one that hangs is late", async () => {
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  await using(createKube({ connection: { ...connection, server: "https://127.0.0.1:1" } }), async (kube) => {
    expect(await errorOf(kube.discover(signal))).toMatchObject({ kind: "unavailable", code: "KUBE_UNAVAILABLE" });
  });
  const proxy = await startFaultProxy(cluster);
  onTestFinished(() => proxy.stop());
  proxy.addRule({ when: {}, fault: { kind: "hang" } });
  await using(createKube({ connection: await kubeconfigConnection(proxy.kubeconfig), timeoutMs: 300 }), async (kube) => {
    expect(await errorOf(kube.get(configMap("a"), signal))).toMatchObject({ kind: "timeout", code: "KUBE_TIMEOUT" });
  });
});
