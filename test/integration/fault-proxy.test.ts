import { DroverError } from "@drover/kit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { kubeconfigConnection } from "../../agent/src/adapters/kube/connection.ts";
import { createKube, type RealKube } from "../../agent/src/adapters/kube/kube.ts";
import type { KubeObject, ObjectRef, Resource, WatchEvent } from "../../agent/src/app/kube.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

// What the tests of an agent in trouble rest on: that each trouble happens, as the agent's own client sees it.

const namespace = `t-proxy-${process.pid}`;
const { signal } = new AbortController();
let proxy: FaultProxy;
let kube: RealKube;
let direct: RealKube;

beforeAll(async () => {
  const cluster = await sharedKubernetes();
  proxy = await startFaultProxy(cluster);
  kube = createKube({ connection: await kubeconfigConnection(proxy.kubeconfig), timeoutMs: 500 });
  direct = createKube({ connection: await kubeconfigConnection(cluster.kubeconfig) });
  await direct.create(namespaceRef, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, signal);
});
afterAll(async () => {
  const live = await direct?.get(namespaceRef, signal);
  if (live) await direct.delete(namespaceRef, { uid: String(live.metadata["uid"]) }, signal);
  await Promise.all([kube?.close(), direct?.close(), proxy?.stop()]);
});
afterEach(() => proxy.clear());

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };
const namespaceRef: ObjectRef = { resource: namespaces, namespace: undefined, name: namespace };
const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const configMap = (name: string): ObjectRef => ({ resource: configMaps, namespace, name });
const content = (name: string, value = "1"): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } });
const apply = (name: string, value?: string, by = kube): Promise<KubeObject> =>
  by.apply(configMap(name), content(name, value), { fieldManager: "drover/test", force: false }, signal);

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no error",
    (thrown: unknown) => (thrown instanceof DroverError ? thrown.code : String(thrown)),
  );

async function firstEvents(count: number, from: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const event of kube.watch(configMaps, { namespace }, from, signal)) {
    if (event.type !== "BOOKMARK") seen.push(nameIn(event));
    if (seen.length === count) break;
  }
  return seen;
}
const nameIn = (event: WatchEvent): string => (event.type === "BOOKMARK" ? "" : `${event.type} ${event.object.metadata.name}`);

test("without a rule everything goes through, and is recorded with what it asked and got", async () => {
  await apply("plain");
  await kube.get(configMap("absent"), signal);
  const about = proxy.requests.filter((call) => call.resource === "configmaps").map(({ verb, name, status }) => [verb, name, status]);
  expect(about).toEqual([
    ["apply", "plain", 201],
    ["get", "absent", 404],
  ]);
  expect(proxy.requests.at(-1)?.authorization?.reveal()).toMatch(/^Bearer ./);
  expect(proxy.count({ verb: "write", namespace })).toBe(1);
});

test("whom a request acts as goes through", async () => {
  const user = `system:serviceaccount:${namespace}:nobody`;
  expect(await codeOf(kube.as(user).get(configMap("plain"), signal))).toBe("KUBE_FORBIDDEN");
  expect(proxy.requests.at(-1)?.impersonate).toEqual({ user, groups: [] });
});

test.each([
  { status: 409, code: "KUBE_STALE", details: { status: 409 } },
  { status: 410, code: "KUBE_GONE", details: { status: 410 } },
  { status: 429, code: "KUBE_THROTTLED", details: { retryAfterMs: expect.closeTo(7_000, -3) as number } },
  { status: 500, code: "KUBE_UNAVAILABLE", details: { retryAfterMs: 7_000 } },
  { status: 503, code: "KUBE_UNAVAILABLE", details: { retryAfterMs: 7_000 } },
])("status $status is said once, to the second match", async ({ status, code, details }) => {
  const rule = proxy.addRule({
    when: { verb: "apply", name: /^refused/ },
    nth: 2,
    fault: { kind: "status", status, retryAfterSeconds: 7 },
  });
  expect(await codeOf(apply("refused-1"))).toBe("no error");
  // A client of its own: it keeps still for as long as it was asked to.
  const refused = createKube({ connection: await kubeconfigConnection(proxy.kubeconfig), timeoutMs: 500 });
  const refusal = await apply("refused-2", undefined, refused).catch((thrown: unknown) => thrown as DroverError);
  await refused.close();
  expect(refusal).toMatchObject({ code, details });
  expect(await codeOf(apply("refused-2"))).toBe("no error");
  expect(rule).toMatchObject({ matched: 3, fired: 1 });
});

test("a hang is never answered, a delay late, a refusal and a cut end the connection", async () => {
  proxy.addRule({ when: { name: "hangs" }, fault: { kind: "hang" } });
  proxy.addRule({ when: { name: "late" }, fault: { kind: "delay", ms: 100 } });
  proxy.addRule({ when: { name: "refused" }, fault: { kind: "refuse" } });
  proxy.addRule({ when: { verb: "list" }, fault: { kind: "cut", afterBytes: 40 } });
  expect(await codeOf(apply("hangs"))).toBe("KUBE_TIMEOUT");
  expect(await codeOf(apply("late"))).toBe("no error");
  expect(await codeOf(apply("refused"))).toBe("KUBE_UNAVAILABLE");
  expect(await direct.get(configMap("refused"), signal)).toBeUndefined();
  expect(await codeOf(kube.list(configMaps, { namespace }, signal))).toBe("KUBE_UNAVAILABLE");
});

test("a list is shorter than it should be, or the one of earlier", async () => {
  await Promise.all(["a", "b", "c"].map((name) => apply(name)));
  const short = proxy.addRule({ when: { verb: "list" }, fault: { kind: "truncate-list", items: 2 } });
  expect((await kube.list(configMaps, { namespace }, signal)).items).toHaveLength(2);
  short.remove();
  proxy.addRule({ when: { verb: "list" }, fault: { kind: "stale-list" } });
  const before = await kube.list(configMaps, { namespace }, signal);
  await apply("later", undefined, direct);
  expect(await kube.list(configMaps, { namespace }, signal)).toEqual(before);
});

test("a watch loses the event of one object, or is told that its history is gone", async () => {
  const { resourceVersion } = await kube.list(configMaps, { namespace }, signal);
  proxy.addRule({ when: { verb: "watch", name: "lost" }, nth: 1, fault: { kind: "drop-event" } });
  const events = firstEvents(2, resourceVersion);
  await apply("lost");
  await apply("kept");
  await apply("lost", "2");
  expect(await events).toEqual(["ADDED kept", "MODIFIED lost"]);
  proxy.addRule({ when: { verb: "watch", name: "gone" }, fault: { kind: "gone-event" } });
  const ended = codeOf(firstEvents(9, resourceVersion));
  await apply("gone");
  expect(await ended).toBe("KUBE_GONE");
});

test("a watch is silent, cut in the middle of an event, or cut by hand", async () => {
  const { resourceVersion } = await kube.list(configMaps, { namespace }, signal);
  const silent = proxy.addRule({ when: { verb: "watch" }, times: 1, fault: { kind: "silent-watch" } });
  const cut = proxy.addRule({ when: { verb: "watch" }, times: 1, fault: { kind: "cut", afterBytes: 100 } });
  let events = 0;
  const silence = firstEvents(1, resourceVersion).then(() => (events += 1));
  await waitUntil("the silent watch is open", () => silent.fired === 1);
  const halved = codeOf(firstEvents(1, resourceVersion));
  await waitUntil("the watch that is to be cut is open", () => cut.fired === 1);
  await apply("unheard");
  expect(await halved).toBe("KUBE_UNAVAILABLE");
  expect(events).toBe(0);
  proxy.cutWatches();
  expect(await codeOf(silence)).toBe("KUBE_UNAVAILABLE");
});

test.each(["stale", "503"] as const)("discovery is partial, in the style %s", async (style) => {
  const rule = proxy.addRule({ when: { verb: "discover" }, fault: { kind: "partial-discovery", group: "apps", style } });
  expect((await kube.discover(signal)).unanswered).toEqual(["apps"]);
  rule.remove();
  expect((await kube.discover(signal)).resources.some(({ group }) => group === "apps")).toBe(true);
});

test("a crash before a write leaves nothing, a crash after it leaves the object", async () => {
  const crashes: string[] = [];
  proxy.addRule({ when: { verb: "write", name: "before" }, fault: { kind: "crash-before", crash: () => crashes.push("before") } });
  proxy.addRule({ when: { verb: "write", name: "after" }, fault: { kind: "crash-after", crash: () => crashes.push("after") } });
  expect(await codeOf(apply("before"))).toBe("KUBE_UNAVAILABLE");
  expect(await codeOf(apply("after"))).toBe("KUBE_UNAVAILABLE");
  expect(crashes).toEqual(["before", "after"]);
  expect(await direct.get(configMap("before"), signal)).toBeUndefined();
  expect(await direct.get(configMap("after"), signal)).toBeDefined();
});
