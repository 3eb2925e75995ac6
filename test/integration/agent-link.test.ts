import { Secret } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import { packBundle } from "@drover/proto/wire";
import { type Agent, createMemoryCluster, createNatsLink, type EnrolmentApi, startAgent } from "@drover/agent";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addCluster, admin, startTransport, type Transport } from "../support/transport.ts";
import { waitUntil } from "../support/wait-until.ts";

let transport: Transport;
const agents: Agent[] = [];
beforeAll(async () => void (transport = await startTransport()));
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await transport.stop();
});

/** The enrolment API without HTTP between: what the server does with a request, and nothing else. */
const enrolmentOf = ({ enrolment, renew }: Transport): EnrolmentApi => ({
  challenge: () => enrolment.challenge(),
  enrol: (request) => enrolment.enrol(request, "test"),
  renew: (request) => renew(request, "test"),
});

async function assign(cluster: string, generation: number, data: Record<string, string>): Promise<void> {
  const { database } = transport;
  const { digest, size, objects, gzip } = packBundle([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data }]);
  await database.query({
    text: "insert into bundles (digest, size, objects, gzip) values ($1, $2, $3, $4) on conflict do nothing",
    values: [digest, size, objects, gzip],
  });
  await database.query({
    text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
           values ('r1', 'shop', 1, 'abc', 'd', '{}', 'a', 'm', now()) on conflict do nothing`,
  });
  const policy = {
    prune: true,
    selfHeal: true,
    whenToTakeOver: "IfNoDiff",
    drift: { mode: "correct", people: "evict" },
    syncOptions: ["CreateNamespace=true"],
  };
  await database.query({
    text: `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace, sync_policy, content_digest)
           values ($1, 'shop', 'production', 'default', 'active', $2, 'r1', 'abc', $3, 'shop', $4, 'c')
           on conflict (cluster_id, application) do update set generation = excluded.generation, bundle = excluded.bundle`,
    values: [cluster, generation, digest, policy],
  });
  await database.query({
    text: `insert into envelopes (cluster_id, sequence) values ($1, 1) on conflict (cluster_id) do update set sequence = envelopes.sequence + 1`,
    values: [cluster],
  });
}

/** Publishes as the control plane's loop does, again and again: what an agent holds is not known before its first sync. */
const published = (what: string, condition: () => Promise<boolean>): Promise<boolean> =>
  waitUntil(what, async () => {
    await transport.publish();
    return condition();
  });

const statusOf = async (cluster: string): Promise<{ generation: number; sync: string; health: string } | undefined> => {
  const { rows } = await transport.database.query<{ generation: number; sync: string; health: string }>({
    text: "select generation, sync, health from statuses where cluster_id = $1",
    values: [cluster],
  });
  return rows[0];
};

test("an agent enrols, hears assignments, fetches bundles and has its reports committed, also after the broker was killed", async () => {
  const memory = createMemoryCluster({ name: "edge" });
  const cluster = await addCluster(transport.database, "edge");
  const { token } = await transport.enrolment.createToken(cluster, 60_000, admin);
  const log = createLog("agent", "silent");
  const shared = { clock: systemClock, random: Math.random, log, agentVersion: "0.1.0" };
  const delays: number[] = [];
  const shortest = (): number => delays.push(0) && 0;
  const agent = await startAgent({
    holder: "drover-agent-1",
    ...shared,
    kube: memory.kube,
    enrolment: enrolmentOf(transport),
    connect: createNatsLink({ ...shared, random: shortest }),
    namespace: "drover-system",
    enrolmentToken: new Secret(token.reveal()),
    kubernetesVersion: "v1.36.3",
  });
  agents.push(agent);
  await waitUntil("the agent is connected", () => agent.health().connected);
  await assign(cluster, 1, { a: "1" });
  await published("generation 1 is reported", async () => (await statusOf(cluster))?.sync === "Synced");
  expect(await statusOf(cluster)).toMatchObject({ generation: 1, sync: "Synced", health: "Healthy" });

  await transport.server.kill();
  await waitUntil("the agent notices", () => !agent.health().connected);
  await waitUntil("a delay was drawn for the third dial", () => delays.length > 2); // without one for each, it dials without a pause
  await transport.startServer();
  await assign(cluster, 2, { a: "2" });
  await published("generation 2 is reported", async () => (await statusOf(cluster))?.generation === 2);
  memory.close();
});
