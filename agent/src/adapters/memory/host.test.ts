import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KubeObject, ObjectRef } from "../../app/kube.ts";
import { builtInResources } from "./kinds.ts";
import { createMemoryAdmin, createRemoteKube, type MemoryAdmin, type RemoteKube } from "./remote.ts";

let folder: string;
let socketPath: string;
let host: ChildProcess;
let kube: RemoteKube;
let person: MemoryAdmin;
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-memory-host-"));
  socketPath = join(folder, "clusters.sock");
  host = spawn(
    process.execPath,
    [fileURLToPath(new URL("main.ts", import.meta.url)), "--socket", socketPath, "--cluster", "a", "--cluster", "b"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (host.stdout !== null) await once(host.stdout, "data");
  kube = createRemoteKube({ socketPath, cluster: "a" });
  person = createMemoryAdmin({ socketPath, cluster: "a" });
});
afterEach(async () => {
  await Promise.all([kube.close(), person.close()]);
  if (host.exitCode === null && host.signalCode === null) {
    host.kill("SIGKILL");
    await once(host, "exit");
  }
  await rm(folder, { recursive: true });
});

const configMap: ObjectRef = { resource: kindOf("ConfigMap"), namespace: "default", name: "a" };
const object = (data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a" },
  data,
});

function kindOf(kind: string) {
  const resource = builtInResources.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`no kind ${kind}`);
  return resource;
}

test("what an agent applied is there for the next one, and in no other cluster", async () => {
  await kube.apply(configMap, object({ color: "red" }), { fieldManager: "drover/shop", force: false }, signal);
  await kube.close();
  kube = createRemoteKube({ socketPath, cluster: "a" });
  expect(await kube.get(configMap, signal)).toMatchObject({ data: { color: "red" } });
  const other = createRemoteKube({ socketPath, cluster: "b" });
  expect(await other.get(configMap, signal)).toBeUndefined();
  await other.close();
});

test("a person's edit is theirs, and a watcher sees it", async () => {
  const applied = await kube.apply(configMap, object({ color: "red" }), { fieldManager: "drover/shop", force: false }, signal);
  const events = kube.watch(configMap.resource, {}, String(applied.metadata["resourceVersion"]), signal);
  await person.merge("kubectl-edit", configMap, { data: { color: "blue", extra: "1" } });
  for await (const event of events) {
    expect(event).toMatchObject({ type: "MODIFIED", object: { data: { color: "blue", extra: "1" } } });
    break;
  }
  const entries = (await person.get(configMap))?.metadata["managedFields"];
  expect(entries).toMatchObject([
    { manager: "kubectl-edit", operation: "Update", fieldsV1: { "f:data": { "f:color": {}, "f:extra": {} } } },
  ]);
  await person.delete(configMap);
  expect(await person.list(configMap.resource)).toEqual([]);
});

test("only its user may open the socket", async () => {
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
});

test("a host that is killed is unavailable to its agents, and cuts their watches", async () => {
  const { resourceVersion } = await kube.list(configMap.resource, {}, signal);
  const watching = kube.watch(configMap.resource, {}, resourceVersion, signal)[Symbol.asyncIterator]().next();
  await kube.get(configMap, signal);
  const killed = once(host, "exit");
  host.kill("SIGKILL");
  await expect(watching).rejects.toMatchObject({ code: "KUBE_UNAVAILABLE" });
  await killed;
  await expect(kube.get(configMap, signal)).rejects.toMatchObject({ kind: "unavailable", code: "KUBE_UNAVAILABLE" });
});

test("ends when it is asked to, also under a watch", async () => {
  const { resourceVersion } = await kube.list(configMap.resource, {}, signal);
  const watching = kube.watch(configMap.resource, {}, resourceVersion, signal)[Symbol.asyncIterator]().next();
  const ended = watching.catch(() => undefined);
  await kube.get(configMap, signal);
  host.kill("SIGTERM");
  expect(await once(host, "exit")).toEqual([0, null]);
  await ended;
});
