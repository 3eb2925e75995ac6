import type { NatsConnection } from "@nats-io/transport-node";
import { type Envelope, isNewer } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assign, bundleOf } from "../support/assigned.ts";
import { enrolAgent, fetchEnvelope, startTransport, sync, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const tables = ["rollout_targets", "envelopes", "assignments"] as const;

/** A cluster's rows as a backup has them; `restore` puts them back, as if nothing had happened since. */
async function backup(agent: WireAgent): Promise<{ restore(): Promise<void> }> {
  const { database } = transport;
  const saved = new Map<string, unknown>();
  for (const table of tables) {
    const { rows } = await database.query<{ rows: unknown }>({
      text: `select coalesce(json_agg(t), '[]') as rows from ${table} t where cluster_id = $1`,
      values: [agent.cluster],
    });
    saved.set(table, rows[0]!.rows);
  }
  return {
    async restore() {
      for (const table of tables) {
        await database.query({ text: `delete from ${table} where cluster_id = $1`, values: [agent.cluster] });
        await database.query({
          text: `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`,
          values: [JSON.stringify(saved.get(table))],
        });
      }
    },
  };
}

/** One sync as the agent does it: it shows what it holds when it is asked to. */
async function syncLikeAnAgent(
  connection: NatsConnection,
  agent: WireAgent,
  held: Awaited<ReturnType<typeof fetchEnvelope>>,
): Promise<Envelope> {
  const have = { epoch: held.envelope.epoch, sequence: held.envelope.sequence, digest: held.digest };
  expect(await sync(connection, agent, { have })).toMatchObject({ kind: "send" });
  const { envelope } = await fetchEnvelope(connection, agent, { have, envelope: held.dsse });
  expect(isNewer(envelope, held.envelope)).toBe(true);
  return envelope;
}

const generations = (envelope: Envelope): Record<string, string> =>
  Object.fromEntries(envelope.assignments.map(({ application, generation, revision }) => [application, `${generation} ${revision}`]));

test("what was assigned after the backup stays assigned, under its own generation, in a higher epoch", async () => {
  const agent = await enrolAgent(transport, "forward");
  const connection = await agent.connect();
  await assign(transport.database, agent.cluster, "web", "v1");
  await assign(transport.database, agent.cluster, "api", "v1");
  const old = await backup(agent);
  await assign(transport.database, agent.cluster, "web", "v2");
  await assign(transport.database, agent.cluster, "web", "v3");
  await assign(transport.database, agent.cluster, "jobs", "v1");
  const held = await fetchEnvelope(connection, agent);
  await old.restore();
  const envelope = await syncLikeAnAgent(connection, agent, held);
  expect(envelope.epoch).toBe(held.envelope.epoch + 1);
  expect(generations(envelope)).toEqual({ web: "3 v3", api: "1 v1", jobs: "1 v1" });
  await connection.close();
});

test("what was decided since the restore wins, under a generation that the cluster has not seen", async () => {
  const agent = await enrolAgent(transport, "decided");
  const connection = await agent.connect();
  await assign(transport.database, agent.cluster, "web", "v1");
  const old = await backup(agent);
  for (const content of ["v2", "v3", "v4"]) await assign(transport.database, agent.cluster, "web", content);
  const held = await fetchEnvelope(connection, agent);
  await old.restore();
  await assign(transport.database, agent.cluster, "web", "v5"); // generation 2 of the restored row, 4 is taken
  const envelope = await syncLikeAnAgent(connection, agent, held);
  expect(generations(envelope)).toEqual({ web: "5 v5" });
  await connection.close();
});

test("two contents under one (epoch, sequence) are told apart by their digests", async () => {
  const agent = await enrolAgent(transport, "collision");
  const connection = await agent.connect();
  await assign(transport.database, agent.cluster, "web", "v1");
  const old = await backup(agent);
  await assign(transport.database, agent.cluster, "web", "v2");
  const held = await fetchEnvelope(connection, agent);
  await old.restore();
  await assign(transport.database, agent.cluster, "web", "v3");
  const envelope = await syncLikeAnAgent(connection, agent, held); // same sequence, same generation, other content
  expect(generations(envelope)).toEqual({ web: "3 v3" });
  await connection.close();
});

test("what the database has forgotten is not named, so that the cluster keeps running it", async () => {
  const agent = await enrolAgent(transport, "forgotten");
  const connection = await agent.connect();
  const { database } = transport;
  await assign(database, agent.cluster, "shop", "v1");
  const old = await backup(agent);
  await assign(database, agent.cluster, "shop", "only here");
  const held = await fetchEnvelope(connection, agent);
  await old.restore();
  await database.query({ text: "delete from releases where application = 'shop' and revision = 'only here'" });
  await database.query({ text: "delete from bundles where digest = $1", values: [bundleOf("shop", "only here")] });
  const envelope = await syncLikeAnAgent(connection, agent, held);
  expect(generations(envelope)).toEqual({});
  const { generation } = await assign(database, agent.cluster, "shop", "only here"); // git has been projected again
  expect(generation).toBeGreaterThan(2);
  expect(generations((await fetchEnvelope(connection, agent)).envelope)).toEqual({ shop: `${generation} only here` });
  await connection.close();
});

test("what was taken away after the backup is not brought back", async () => {
  const agent = await enrolAgent(transport, "taken-away");
  const connection = await agent.connect();
  const { database } = transport;
  await assign(database, agent.cluster, "web", "v1");
  const old = await backup(agent);
  await database.query({ text: "update assignments set state = 'withdrawn' where cluster_id = $1", values: [agent.cluster] });
  await assign(database, agent.cluster, "api", "v1");
  const held = await fetchEnvelope(connection, agent);
  await old.restore();
  expect(generations(await syncLikeAnAgent(connection, agent, held))).toEqual({ api: "1 v1" });
  await connection.close();
});

test("an agent that holds exactly what we remember causes no epoch", async () => {
  const agent = await enrolAgent(transport, "steady");
  const connection = await agent.connect();
  await assign(transport.database, agent.cluster, "web", "v1");
  const held = await fetchEnvelope(connection, agent);
  const have = { epoch: held.envelope.epoch, sequence: held.envelope.sequence, digest: held.digest };
  expect(await sync(connection, agent, { have, envelope: held.dsse })).toMatchObject({ kind: "unchanged" });
  await assign(transport.database, agent.cluster, "web", "v2");
  expect((await fetchEnvelope(connection, agent, { have, envelope: held.dsse })).envelope).toMatchObject({ epoch: 1 });
  await connection.close();
});

test("an envelope that is merely worded differently under the same place moves on by one, within its epoch", async () => {
  const agent = await enrolAgent(transport, "reworded");
  const connection = await agent.connect();
  await assign(transport.database, agent.cluster, "web", "v1");
  const held = await fetchEnvelope(connection, agent);
  await transport.database.query({ text: "update assignments set revision = 'v1.0' where cluster_id = $1", values: [agent.cluster] });
  const { epoch, sequence } = await syncLikeAnAgent(connection, agent, held);
  expect({ epoch, sequence }).toEqual({ epoch: held.envelope.epoch, sequence: held.envelope.sequence + 1 });
  await connection.close();
});
