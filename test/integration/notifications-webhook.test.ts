import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client, Delivery } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { type HttpReceiver, type Received, startHttpReceiver } from "../support/http-receiver.ts";
import { type Condition, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2"];
const key = randomBytes(32);
const stops: (() => Promise<void>)[] = [];
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let web: WorkTree;
let receiver: HttpReceiver;
let bad: string | undefined;
/** Sent before all others: its receiver takes the call, and never answers. */
let unanswered: string;

const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };

beforeAll(async () => {
  receiver = await startHttpReceiver();
  const silent = await startHttpReceiver();
  silent.answerNext("never");
  stops.push(receiver.stop, silent.stop);
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await pushSmallFleet(world, clusters);
  const secrets = join(world.git.credentialsDir, "hooks");
  await mkdir(secrets);
  await writeFile(join(secrets, "signing-key"), `whsec_${key.toString("base64")}\n`);
  await world.fleet.push({
    "strategies/in-waves.yaml": "waves: [{ name: all, clusterSelector: {} }]\ndegradedGracePeriod: 100ms\n",
    "notifications/everything.yaml": `receiver: { type: Webhook, url: "${receiver.url}/everything", credentialsRef: hooks }\n`,
    "notifications/elsewhere.yaml": `environments: [production]\napplications: [other]\nreceiver: { type: Webhook, url: "${receiver.url}/elsewhere", credentialsRef: hooks }\n`,
    "notifications/halts.yaml": `projects: [default]\nenvironments: [production]\nseverities: [Critical]\nreceiver: { type: Webhook, url: "${receiver.url}/halts", credentialsRef: hooks }\n`,
    "notifications/redirected.yaml": `events: [FleetHeld]\nreceiver: { type: Webhook, url: "${receiver.url}/redirected", credentialsRef: hooks }\n`,
    "notifications/inside.yaml": `events: [FleetHeld]\nreceiver: { type: Webhook, url: "http://localhost:9/", credentialsRef: hooks }\n`,
    "notifications/silent.yaml": `events: [FleetHeld]\nreceiver: { type: Webhook, url: "${silent.url}/", credentialsRef: hooks }\n`,
    "notifications/unsigned.yaml": `events: [FleetHeld]\nreceiver: { type: Webhook, url: "${receiver.url}/unsigned", credentialsRef: git-host }\n`,
  });
  replica = await world.start({
    DROVER_EGRESS_ALLOW: `${world.git.address},${receiver.address},${silent.address}`,
    DROVER_PUBLIC_URL: "https://drover.example.com/",
  });
  api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === clusters.length);
  await waitUntil("so are its notifications", async () => (await api("listNotifications")).items.length === 7);
  unanswered = (await api("testNotification", { params: { notification: "silent" }, body: {} })).id;
  const condition = ({ revision }: { readonly revision: string }): Condition => (revision === bad ? { ...well, health: "Degraded" } : well);
  for (const name of clusters) stops.push((await startSimulatedAgent(world, replica, api, name, { condition })).stop);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const at = (path: string) => receiver.received.filter((one) => one.path === path);
const eventsAt = (path: string): readonly string[] =>
  at(path).map(({ body }) => (JSON.parse(body) as { data: { event: string } }).data.event);
const deliveries = async (notification: string): Promise<readonly Delivery[]> =>
  (await api("listDeliveries", { query: { notification } })).items;
const settled = (id: string, state: Delivery["state"]): Promise<Delivery> =>
  waitUntil(
    `${id} is ${state}`,
    async () => {
      const found = await api("getDelivery", { params: { delivery: id } });
      return found.state === state ? found : undefined;
    },
    20_000, // an attempt may take 15
  );

test("a rollout is one message a phase, signed, and goes where routes say", async () => {
  const rollout = await promote(api, await web.push(webFiles("v1")));
  await untilCompleted(api, rollout.id);
  await waitUntil("both phases are told", async () => at("/everything").length >= 2);
  expect(eventsAt("/everything")).toEqual(["RolloutStarted", "RolloutCompleted"]);
  expect([eventsAt("/elsewhere"), eventsAt("/halts")]).toEqual([[], []]);
  const { headers, body } = at("/everything")[0] as Received;
  expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  expect(JSON.parse(body)).toMatchObject({
    specversion: "1.0",
    id: headers["webhook-id"],
    source: "https://drover.example.com",
    type: "dev.drover.RolloutStarted",
    subject: `rollouts/${rollout.id}`,
    data: {
      severity: "Info",
      title: "Rollout of web in production has started",
      projects: ["default"],
      environments: ["production"],
      applications: ["web"],
      link: `https://drover.example.com/rollouts/${rollout.id}`,
    },
  });
  expect(await deliveries("everything")).toMatchObject([
    { event: "RolloutCompleted", state: "Delivered", attempts: 1, log: [{ result: "Delivered", said: "HTTP 204" }] },
    { event: "RolloutStarted", state: "Delivered" },
  ]);
});

test("who hears of halts alone hears of one, with the clusters that failed", async () => {
  bad = await web.push(webFiles("v2"));
  await promote(api, bad);
  await waitUntil("the halt is told", async () => at("/halts").length === 1, 30_000);
  expect(JSON.parse(at("/halts")[0]?.body ?? "")).toMatchObject({
    data: { event: "RolloutHalted", severity: "Critical", text: expect.stringMatching(/^[12] clusters? failed: eu-/) },
  });
  const metrics = await (await replica.fetch(`${replica.apiUrl}/metrics`)).text();
  expect(metrics).toMatch(/drover_notifications_total\{receiver="Webhook",result="delivered"\} [3-9]/);
  expect(metrics).toContain('drover_notifications_total{receiver="PagerDuty",result="dead"} 0');
});

test("a receiver that is busy is tried again, when it says so, and nothing overtakes", async () => {
  receiver.answerNext({ status: 429, headers: { "retry-after": "3" } }, { status: 503 });
  const before = at("/everything").length;
  const first = await api("testNotification", { params: { notification: "everything" }, body: {} });
  const second = await api("testNotification", { params: { notification: "everything" }, body: {} });
  const found = await settled(first.id, "Delivered");
  await settled(second.id, "Delivered");
  expect(found.log).toMatchObject([
    { result: "Failed", said: "HTTP 429", code: "NOTIFICATION_UNREACHABLE" },
    { result: "Failed", said: "HTTP 503" },
    { result: "Delivered" },
  ]);
  const calls = at("/everything").slice(before);
  expect(calls.map(({ headers }) => headers["webhook-id"])).toEqual([first.id, first.id, first.id, second.id]);
  expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
});

test("what a receiver refuses is a dead letter, until somebody has it sent again", async () => {
  receiver.answerNext({ status: 410, body: "what stands behind the address" });
  const { id } = await api("testNotification", { params: { notification: "everything" }, body: {} });
  expect(await settled(id, "Dead")).toMatchObject({ log: [{ result: "Refused", said: "HTTP 410" }] });
  expect(await api("getNotification", { params: { notification: "everything" } })).toMatchObject({ dead: 1, waiting: 0 });
  await api("retryDelivery", { params: { delivery: id }, body: { reason: "it is there again" } });
  await settled(id, "Delivered");
  await expect(api("retryDelivery", { params: { delivery: id }, body: {} })).rejects.toMatchObject({ code: "DELIVERY_NOT_DEAD" });
});

test.each([
  { name: "redirected", code: "NOTIFICATION_REFUSED", state: "Dead", said: /^HTTP 307: it redirects/ },
  { name: "inside", code: "NOTIFICATION_EGRESS_REFUSED", state: "Dead", said: /a local address/ },
  { name: "unsigned", code: "NOTIFICATION_CREDENTIALS_MISSING", state: "Pending", said: /git-host: it must hold signing-key/ },
] as const)("$name is not called", async ({ name, code, state, said }) => {
  if (name === "redirected") receiver.answerNext({ status: 307, headers: { location: "http://169.254.169.254/" } });
  const { id } = await api("testNotification", { params: { notification: name }, body: {} });
  const found = await waitUntil("it was tried", async () => {
    const one = await api("getDelivery", { params: { delivery: id } });
    return one.attempts > 0 ? one : undefined;
  });
  expect(found).toMatchObject({ state, log: [{ code, said: expect.stringMatching(said) }] });
});

test("a receiver that takes a call and never answers is given up on after 15 s, and tried again", async () => {
  const { log } = await settled(unanswered, "Delivered");
  const said = "there was no answer within 15 s";
  expect(log).toMatchObject([{ result: "Failed", code: "NOTIFICATION_TIMEOUT", said }, { result: "Delivered" }]);
});

test("nothing secret is in the log", async () => {
  const log = await readFile(replica.logFile, "utf8");
  expect(log).not.toContain(key.toString("base64"));
});
