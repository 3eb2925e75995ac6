import { readFile } from "node:fs/promises";
import type { Client } from "@drover/proto/rest";
import type { Query, TreeAnswer } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

let controlPlane: TestControlPlane;
let replicas: readonly [Replica, Replica];
let api: Client;
let talking: SimulatedAgent;
let mute: SimulatedAgent;
/** What the talking agent was asked, and what it is to say to the next question. */
const asked: Query[] = [];
let say: (query: Query) => AsyncIterable<string>;
/** Ends what an answer waits for. */
let release = Promise.withResolvers<void>();

const tree: TreeAnswer = {
  application: "web",
  sync: "Synced",
  health: "Healthy",
  nodes: [{ group: "", kind: "ConfigMap", namespace: "default", name: "settings", sync: "Synced", health: "Healthy" }],
};

beforeAll(async () => {
  controlPlane = await prepareControlPlane();
  const web = await pushSmallFleet(controlPlane, ["talking", "mute", "away"]);
  replicas = [await controlPlane.start(), await controlPlane.start({ DROVER_ROLES: "api" })];
  api = replicas[1].client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 3);
  talking = await startSimulatedAgent(controlPlane, replicas[0], api, "talking", {
    answer: (query) => {
      asked.push(query);
      return say(query);
    },
  });
  mute = await startSimulatedAgent(controlPlane, replicas[0], api, "mute");
  const { id } = await promote(api, await web.push(webFiles("1")));
  await untilCompleted(api, id);
}, 120_000);
afterAll(async () => {
  await talking.stop();
  await controlPlane.stop();
});

const webOn = (cluster: string) => ({ cluster, application: "web" });

test("the replica that asks hears the answer, and the question is signed for this cluster alone", async () => {
  say = async function* () {
    const text = JSON.stringify(tree);
    yield text.slice(0, 20);
    yield text.slice(20);
  };
  for (const replica of replicas) expect(await replica.client()("getApplicationTree", { params: webOn("talking") })).toEqual(tree);
  expect(asked.at(-1)).toMatchObject({ cluster: talking.cluster, clusterUid: "uid-of-talking", application: "web", kind: "tree" });
});

test("an object is named by words that fit into a path, also in the core group and outside namespaces", async () => {
  say = async function* () {
    yield JSON.stringify({ object: { kind: "Namespace", metadata: { generation: 1 } } });
  };
  const params = { cluster: "talking", group: "core", kind: "Namespace", namespace: "-", name: "shop" };
  await api("getLiveObject", { params, query: { application: "web" } });
  expect(asked.at(-1)).toMatchObject({ kind: "live", object: { group: "", kind: "Namespace", name: "shop" } });
  const { items } = await api("listAudit", { query: { action: "live.read" } });
  expect(items[0]).toMatchObject({ object: "clusters/talking/applications/web", result: "Allowed" });
  await expect(api("getApplicationDiff", { params: webOn("talking"), query: { kind: "Pod" } })).rejects.toMatchObject({
    code: "QUERY_OBJECT_INCOMPLETE",
  });
});

test("an answer of another shape is not passed on", async () => {
  say = async function* () {
    yield JSON.stringify({ ...tree, health: "Splendid" });
  };
  await expect(api("getApplicationTree", { params: webOn("talking") })).rejects.toMatchObject({ code: "ANSWER_UNREADABLE" });
});

test("an offline cluster is not asked, and the error says when it was last seen", async () => {
  await mute.stop();
  await controlPlane.database.query({
    text: "update cluster_reports set seen_at = now() - interval '1 hour' where cluster_id = $1",
    values: [mute.cluster],
  });
  const error = api("getApplicationTree", { params: webOn("mute") });
  await expect(error).rejects.toMatchObject({ code: "CLUSTER_OFFLINE", kind: "unavailable" });
  await expect(error).rejects.toMatchObject({ details: { state: "Offline", lastSeenAt: expect.any(String) as string, status: 503 } });
});

test("logs come as they are written, are audited, and the agent is told to stop when nobody reads", async () => {
  release = Promise.withResolvers();
  say = async function* () {
    yield "";
    yield "one\n";
    await release.promise;
    yield "two\n";
    yield "three\n";
  };
  const reader = new AbortController();
  const url = `${replicas[1].apiUrl}/v1/clusters/talking/applications/web/logs?pod=web-0&namespace=default&follow=true&tailLines=5`;
  const token = (await readFile(controlPlane.tokenFile, "utf8")).trim();
  const response = await replicas[1].fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: reader.signal });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
  const body = response.body!.getReader();
  expect(new TextDecoder().decode((await body.read()).value)).toBe("one\n");
  expect(asked.at(-1)).toMatchObject({
    kind: "logs",
    object: { kind: "Pod", name: "web-0" },
    logs: { follow: true, previous: false, tailLines: 5 },
  });

  reader.abort();
  await waitUntil("the replica has noticed", async () => {
    release.resolve();
    return talking.receipts.some(([kind, receipt]) => kind === "logs" && receipt === "stop");
  });
  const { items } = await api("listAudit", { query: { action: "logs.read" } });
  expect(items[0]).toMatchObject({ actor: "users/admin", object: "clusters/talking/applications/web", details: { pod: "web-0" } });
});

test("a log that is followed on, after a cut, loses no line and repeats none, and says when its container has ended", async () => {
  const written = ["2026-11-21T08:00:00.1Z one\n", "2026-11-21T08:00:00.2Z two\n", "2026-11-21T08:00:00.2Z three\n"];
  say = async function* () {
    yield written.slice(0, 2).join("");
  };
  const follow = async (headers: Record<string, string>): Promise<string> => {
    const url = `${replicas[1].apiUrl}/v1/clusters/talking/applications/web/logs?pod=web-0&namespace=default&follow=true&tailLines=5`;
    const authorization = `Bearer ${(await readFile(controlPlane.tokenFile, "utf8")).trim()}`;
    const response = await replicas[1].fetch(url, { headers: { authorization, accept: "text/event-stream", ...headers } });
    return response.text();
  };
  const first = await follow({});
  const id = "2026-11-21T08:00:00.200000000Z~1";
  expect(first).toBe(`id: ${id}\ndata: {"text":"one\\ntwo\\n"}\n\nevent: End\ndata: {}\n\n`);
  say = async function* () {
    yield written.join("");
  };
  expect(await follow({ "last-event-id": id })).toContain('data: {"text":"three\\n"}\n\nevent: End');
  expect(asked.at(-1)?.logs).toMatchObject({ follow: true, timestamps: true, sinceTime: id.split("~")[0] });
  expect(await follow({ "last-event-id": "yesterday" })).toContain("EVENT_CURSOR_INVALID");
});

test("more questions than a cluster should bear are told to come again", async () => {
  release = Promise.withResolvers();
  say = async function* () {
    await release.promise;
    yield JSON.stringify(tree);
  };
  asked.length = 0;
  const codes: string[] = [];
  const ask = (): Promise<unknown> =>
    api("getApplicationTree", { params: webOn("talking") }).catch((refusal: { code: string }) => codes.push(refusal.code));
  const questions = Promise.all(Array.from({ length: 8 }, ask));
  await waitUntil("each has arrived or was refused", () => asked.length + codes.length === 8);
  release.resolve();
  await questions;
  expect(codes).toEqual(["QUESTIONS_BUSY", "QUESTIONS_BUSY"]);
});

test("viewers see trees, and neither logs nor live objects", async () => {
  say = async function* () {
    yield JSON.stringify(tree);
  };
  const { token } = await api("createApiToken", { body: { subject: "vera", role: "viewer" } });
  const viewer = replicas[1].client(token);
  expect(await viewer("getApplicationTree", { params: webOn("talking") })).toEqual(tree);
  await expect(viewer("getApplicationLogs", { params: webOn("talking"), query: { pod: "web-0" } })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
  const params = { cluster: "talking", group: "apps", kind: "Deployment", namespace: "default", name: "web" };
  await expect(viewer("getLiveObject", { params, query: { application: "web" } })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("the command line asks too, and the exit status of diff says whether something differs", async () => {
  const drover = commandLine({
    DROVER_SERVER: replicas[1].apiUrl,
    DROVER_TOKEN_FILE: controlPlane.tokenFile,
    DROVER_CA_FILE: controlPlane.caFile,
  });
  const pod = { group: "", kind: "Pod", namespace: "default", name: "web-0", health: "Healthy" } as const;
  const changed = { group: "", kind: "ConfigMap", namespace: "default", name: "settings", change: "Change", fields: [".data.version"] };
  let objects: readonly object[] = [{ ...changed, live: { data: { version: "2" } }, desired: { data: { version: "1" } } }];
  say = async function* ({ kind }) {
    if (kind === "tree") yield JSON.stringify({ ...tree, nodes: [...tree.nodes, { ...pod, parent: 0 }] });
    if (kind === "diff" || kind === "dryRun") yield JSON.stringify({ application: "web", objects, compared: 1 });
    if (kind === "events")
      yield JSON.stringify({ items: [{ object: pod, type: "Warning", reason: "BackOff", message: "again", count: 3 }] });
    if (kind === "refresh") yield JSON.stringify({ application: "web", sync: "Synced", health: "Healthy" });
    if (kind === "live")
      yield JSON.stringify({ object: { spec: { initContainers: [{ name: "prepare" }], containers: [{ name: "server" }] } } });
    if (kind === "logs") yield "hello\n";
  };
  const on = ["web", "--cluster", "talking"];
  expect(await drover("tree", ...on)).toMatchObject({
    status: 0,
    out: "ConfigMap default/settings Healthy\n└─ Pod default/web-0 Healthy\n",
  });
  expect(await drover("diff", ...on)).toMatchObject({
    status: 1,
    out: expect.stringContaining("-  version: '2'\n+  version: '1'\n") as string,
  });
  objects = [];
  expect(await drover("diff", ...on, "--server-side")).toMatchObject({ status: 0, out: "" });
  expect(await drover("diff", "nothing", "--cluster", "talking")).toMatchObject({ status: 2, out: "" });
  expect((await drover("events", ...on)).out).toMatch(/Warning +BackOff +Pod\/web-0 +3 +again/);
  expect(await drover("refresh", ...on)).toMatchObject({ status: 0, out: "web on talking: Synced, Healthy\n" });
  expect(await drover("logs", ...on, "--tail", "5", "-p")).toMatchObject({ status: 0, out: "hello\n" });
  expect(asked.at(-1)).toMatchObject({ object: { namespace: "default", name: "web-0" }, logs: { previous: true, tailLines: 5 } });
  expect(await drover("logs", ...on, "configmap/settings", "--all-containers", "--since", "10m", "--timestamps")).toMatchObject({
    status: 0,
    out: "[pod/web-0/prepare] hello\n[pod/web-0/server] hello\n",
  });
  expect(asked.at(-1)).toMatchObject({ logs: { container: "server", sinceSeconds: 600, timestamps: true } });
  expect(await drover("logs", ...on, "--since-time", "2026-11-21T08:00:00Z", "--prefix")).toMatchObject({ out: "[pod/web-0] hello\n" });
  expect(asked.at(-1)).toMatchObject({ logs: { sinceTime: "2026-11-21T08:00:00.000Z" } });
  const objectsOf = ["-a", "web", "--cluster", "talking"];
  expect((await drover("get", "objects", ...objectsOf)).out).toMatch(
    /^NAMESPACE +NAME.*\ndefault +configmap\/settings .*\ndefault +pod\/web-0 /,
  );
  expect(await drover("get", "object", "po/web-0", ...objectsOf, "-o", "yaml")).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^spec:\n {2}initContainers:/) as string,
  });
  expect(asked.at(-1)).toMatchObject({ kind: "live", object: { kind: "Pod", namespace: "default", name: "web-0" } });
  expect(asked.at(-1)).not.toHaveProperty("managedFields");
  await drover("get", "object", "po/web-0", ...objectsOf, "-o", "json", "--show-managed-fields");
  expect(asked.at(-1)).toMatchObject({ kind: "live", managedFields: true });
});
