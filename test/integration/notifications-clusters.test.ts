import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type HttpReceiver, startHttpReceiver } from "../support/http-receiver.ts";
import { type Condition, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1"];
const stops: (() => Promise<void>)[] = [];
let world: TestControlPlane;
let api: Client;
let receiver: HttpReceiver;
const condition: Condition = { sync: "Synced", health: "Healthy", failing: [] };

interface Told {
  readonly event: string;
  readonly title: string;
  readonly text: string;
}

const told = (event: string): readonly Told[] =>
  receiver.received.map(({ body }) => (JSON.parse(body) as { readonly data: Told }).data).filter((one) => one.event === event);

beforeAll(async () => {
  receiver = await startHttpReceiver();
  stops.push(receiver.stop);
  world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, clusters);
  await mkdir(join(world.git.credentialsDir, "hooks"));
  await writeFile(join(world.git.credentialsDir, "hooks/signing-key"), `whsec_${randomBytes(32).toString("base64")}`);
  await world.fleet.push({
    "strategies/in-waves.yaml":
      "waves: [{ name: all, clusterSelector: {}, gates: { before: [{ name: signed-off, type: Approval, requiredApprovals: 2 }] } }]\n",
    "notifications/ops.yaml": `environments: [production]\nreceiver: { type: Webhook, url: "${receiver.url}/", credentialsRef: hooks }\n`,
  });
  const replica = await world.start({ DROVER_EGRESS_ALLOW: `${world.git.address},${receiver.address}` });
  api = replica.client();
  await waitUntil("the notification is projected", async () => (await api("listNotifications")).items.length === 1, 30_000);
  for (const name of clusters) stops.push((await startSimulatedAgent(world, replica, api, name, { condition: () => condition })).stop);
  const { id } = await promote(api, await web.push(webFiles("v1")));
  await waitUntil("its approval is asked for", () => told("GateWaiting").length === 1, 20_000);
  await api("overrideGate", { params: { rollout: id, gate: "signed-off" }, body: { reason: "a test" } });
  await untilCompleted(api, id);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const changed = (name: string, from: string, to: string): Promise<unknown> =>
  world.database.query({
    text: `insert into events (kind, subject, body)
           select 'ClusterStateChanged', 'clusters/' || id, jsonb_build_object('from', $2::text, 'to', $3::text, 'name', name) from clusters where name = $1`,
    values: [name, from, to],
  });

/** What is collected for half a minute is told now. */
async function timePasses(): Promise<void> {
  await world.database.query({ text: "update deliveries set next_at = now() where state = 'Collecting'" });
  await world.database.query({ text: "update work set due_at = now() where queue = 'notification' and due_at is not null" });
}

test("an approval that is waited for is told once", async () => {
  await waitUntil("the end is told too", () => told("RolloutCompleted").length === 1);
  expect(told("GateWaiting")).toMatchObject([
    { title: "web in production waits for approval", text: expect.stringMatching(/^Gate signed-off, before wave all, needs 2 approvals/) },
  ]);
});

test("clusters that fall silent are one message, and those that come back another", async () => {
  for (const name of clusters) await changed(name, "Stale", "Offline");
  await waitUntil("they are collected", async () => {
    const { items } = await api("listDeliveries", { query: { state: "Collecting" } });
    return items[0]?.text === "eu-1, eu-2, us-1";
  });
  await timePasses();
  await waitUntil("they are told of", () => told("ClustersOffline").length === 1);
  expect(told("ClustersOffline")[0]).toMatchObject({ title: "3 clusters are offline", text: "eu-1, eu-2, us-1" });
  await changed("eu-2", "Offline", "Connected");
  await waitUntil("it is collected", async () => (await api("listDeliveries", { query: { state: "Collecting" } })).items.length === 1);
  await timePasses();
  await waitUntil("it is told of", () => told("ClustersReturned").length === 1);
  expect(told("ClustersReturned")[0]).toMatchObject({ title: "1 cluster is back", text: "eu-2" });
});

test("a fight over drift and a held deletion are told once a place, and again when they come anew", async () => {
  const trouble = (text: string): Promise<unknown> =>
    world.database.query({ text: `update statuses set ${text} where application = 'web'` });
  await trouble("reason = 'DriftFight', message = 'somebody keeps changing .spec.replicas', held_hash = 'sha256:1', held_objects = 7");
  await waitUntil("both are told", () => told("DriftFight").length === 1 && told("PruneHeld").length === 1, 30_000);
  expect(told("DriftFight")[0]).toMatchObject({
    title: "Somebody fights with git over web in production",
    text: expect.stringMatching(/^On 3 clusters .* somebody keeps changing .spec.replicas$/),
  });
  expect(told("PruneHeld")[0]?.text).toContain("7 objects would be deleted on 3 clusters");
  await trouble("reason = null, held_hash = null");
  await waitUntil(
    "they are forgotten",
    async () => (await world.database.query({ text: "select from told_troubles" })).rows.length === 0,
    30_000,
  );
  await trouble("held_hash = 'sha256:2'");
  await waitUntil("the second is told", () => told("PruneHeld").length === 2, 30_000);
  expect(told("DriftFight")).toHaveLength(1);
});
