import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client, Delivery } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type HttpReceiver, startHttpReceiver } from "../support/http-receiver.ts";
import { type MailReceiver, startMailReceiver } from "../support/mail-receiver.ts";
import { type Judge, mailProblems, pagerDutyProblems, slackProblems, teamsProblems } from "../support/receiver-limits.ts";
import { waitUntil } from "../support/wait-until.ts";

const routingKey = "0123456789abcdef0123456789abcdef";
const password = "correct horse";
const hostile = `<!channel> <https://evil.example|click> [click](https://evil.example) \u202E *${"x".repeat(400)}* <script>alert(1)</script>`;
const stops: (() => Promise<void>)[] = [];
const receivers = new Map<string, HttpReceiver>();
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let mail: MailReceiver;

/** Answers as the service does: what it documents to refuse it refuses. */
const judging = (judge: Judge, status: number) => (received: { readonly body: string }) => {
  const problems = judge(received.body);
  return problems.length === 0 ? { status } : { status: 400, body: problems.join("; ").slice(0, 180) };
};

async function secret(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(world.git.credentialsDir, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
}

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  for (const [name, judge, status] of [
    ["slack", slackProblems, 200],
    ["teams", teamsProblems, 202],
    ["pager", pagerDutyProblems, 202],
  ] as const) {
    const receiver = await startHttpReceiver(judging(judge, status));
    stops.push(receiver.stop);
    receivers.set(name, receiver);
    const url = `${receiver.url}/services/T0/B0/${name}-secret`;
    await secret(name, name === "pager" ? { "routing-key": routingKey, "events-url": url } : { "webhook-url": url });
  }
  const pem = await readFile(join(world.dataDir, "tls/rest.pem"), "utf8");
  mail = await startMailReceiver({ key: pem, cert: pem, user: "drover", password });
  stops.push(mail.stop);
  const ca = await readFile(world.caFile, "utf8");
  await secret("mail", { "smtp-url": `smtp://drover:${encodeURIComponent(password)}@localhost:${mail.port}`, "ca.crt": ca });
  await secret("mail-strange", { "smtp-url": `smtp://drover:${encodeURIComponent(password)}@localhost:${mail.port}` });
  await secret("mail-wrong", { "smtp-url": `smtp://drover:wrong@localhost:${mail.port}`, "ca.crt": ca });
  const email = (credentialsRef: string, to: string): string =>
    `receiver: { type: Email, credentialsRef: ${credentialsRef}, from: drover@example.com, to: [${to}] }\n`;
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "notifications/slack.yaml": "receiver: { type: Slack, credentialsRef: slack }\n",
    "notifications/teams.yaml": "receiver: { type: Teams, credentialsRef: teams }\n",
    "notifications/pager.yaml": "severities: [Critical]\nreceiver: { type: PagerDuty, credentialsRef: pager }\n",
    "notifications/mail.yaml": email("mail", "ops@example.com, nobody@example.com"),
    "notifications/mail-strange.yaml": `events: [FleetHeld]\n${email("mail-strange", "ops@example.com")}`,
    "notifications/mail-wrong.yaml": `events: [FleetHeld]\n${email("mail-wrong", "ops@example.com")}`,
  });
  const allowed = [world.git.address, `localhost:${mail.port}`, ...[...receivers.values()].map(({ address }) => address)];
  replica = await world.start({ DROVER_EGRESS_ALLOW: allowed.join(","), DROVER_PUBLIC_URL: "https://drover.example.com" });
  api = replica.client();
  await waitUntil("the notifications are projected", async () => (await api("listNotifications")).items.length === 6, 30_000);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const bodiesAt = (name: string): readonly string[] => receivers.get(name)?.received.map(({ body }) => body) ?? [];
const listed = async (notification: string): Promise<readonly Delivery[]> =>
  (await api("listDeliveries", { query: { notification } })).items;
const untilSettled = (notification: string, count: number): Promise<readonly Delivery[]> =>
  waitUntil(
    `${count} messages to ${notification} are settled`,
    async () => {
      const items = await listed(notification);
      return items.length === count && items.every(({ state }) => state === "Delivered" || state === "Dead") ? items : undefined;
    },
    20_000,
  );

test("everybody hears of an emergency stop, in a form that the service takes, whatever its reason holds", async () => {
  await api("stopFleet", { body: { reason: hostile } });
  await api("releaseStop", { body: { reason: "it is over" } });
  for (const name of ["slack", "teams", "pager", "mail"]) {
    const items = await untilSettled(name, 2);
    expect(items.map(({ event, state }) => [name, event, state])).toMatchObject([
      [name, "EmergencyStopReleased", "Delivered"],
      [name, "EmergencyStop", "Delivered"],
    ]);
  }
  expect(bodiesAt("slack")[0]).toContain('"text":"The whole fleet is stopped"');
  const [trigger, resolve] = bodiesAt("pager").map((body) => JSON.parse(body) as Record<string, unknown>);
  expect([trigger?.["event_action"], resolve?.["event_action"]]).toEqual(["trigger", "resolve"]);
  expect(trigger).toMatchObject({ routing_key: routingKey, payload: { severity: "critical", class: "EmergencyStop" } });
  expect(trigger?.["dedup_key"]).toBe(resolve?.["dedup_key"]);
});

test("mail goes over TLS to those who take it, with headers that are ours alone", async () => {
  expect(mail.received.map(({ from, to, isSecure }) => ({ from, to, isSecure }))).toEqual(
    [1, 2].map(() => ({ from: "drover@example.com", to: ["ops@example.com"], isSecure: true })),
  );
  expect(mail.received.flatMap(({ raw }) => mailProblems(raw))).toEqual([]);
  expect(mail.received[0]?.raw).toContain("Subject: [Critical] The whole fleet is stopped");
  expect((await listed("mail"))[0]?.log.at(-1)?.said).toBe("taken for 1, refused for nobody@example.com");
});

test("a mail server that is busy is tried again, and the mail has the same id", async () => {
  mail.refuseNext(451);
  const before = mail.received.length;
  await api("testNotification", { params: { notification: "mail" }, body: {} });
  const [newest] = await untilSettled("mail", 3);
  expect(newest?.log).toMatchObject([{ result: "Failed", said: expect.stringContaining("451") }, { result: "Delivered" }]);
  expect(mail.received[before]?.raw).toContain(`Message-ID: <${newest?.id}@example.com>`);
});

test.each([
  { name: "mail-strange", result: "Failed", said: /certificate/i },
  { name: "mail-wrong", result: "Refused", said: /535/ },
])("$name is not written to, and no password is shown", async ({ name, result, said }) => {
  const { id } = await api("testNotification", { params: { notification: name }, body: {} });
  const found = await waitUntil("it was tried", async () => {
    const one = await api("getDelivery", { params: { delivery: id } });
    return one.attempts > 0 ? one : undefined;
  });
  expect(found.log[0]).toMatchObject({ result, said: expect.stringMatching(said) });
});

test("a chat that takes no more is waited for", async () => {
  receivers.get("slack")?.answerNext({ status: 429, headers: { "retry-after": "1" } }, { status: 500 });
  const { id } = await api("testNotification", { params: { notification: "slack" }, body: {} });
  await waitUntil("it is delivered", async () => (await api("getDelivery", { params: { delivery: id } })).state === "Delivered", 20_000);
  expect((await api("getDelivery", { params: { delivery: id } })).log.map(({ said }) => said)).toEqual([
    "HTTP 429",
    "HTTP 500",
    "HTTP 200",
  ]);
});

test("no secret is in the log, nor in what the API shows", async () => {
  const shown = JSON.stringify([await api("listDeliveries"), await api("listNotifications"), await readFile(replica.logFile, "utf8")]);
  for (const word of [routingKey, password, encodeURIComponent(password), "slack-secret", "teams-secret", "wrong@"])
    expect(shown).not.toContain(word);
});
