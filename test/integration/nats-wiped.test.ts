import { connect, type NatsConnection } from "@nats-io/transport-node";
import { systemClock } from "@drover/kit/node";
import { inboxPrefix, openQuery, readDsse, signAnswerChunk, subject } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assign } from "../support/assigned.ts";
import { enrolAgent, fetchEnvelope, sendReport, startTransport, type Transport, type WireAgent } from "../support/transport.ts";
import { waitUntil } from "../support/wait-until.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

/** As an agent connects: it comes back by itself, for ever. */
const connectForEver = ({ identity, key, cluster }: WireAgent): Promise<NatsConnection> =>
  connect({
    servers: identity.natsUrls,
    tls: { ca: identity.ca },
    inboxPrefix: inboxPrefix(cluster),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    ignoreAuthErrorAbort: true,
    authenticator: (nonce = "") => ({
      jwt: identity.jwt,
      nkey: key.publicText,
      sig: Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url"),
    }),
  });

function answerWith(connection: NatsConnection, { cluster, clusterUid, key, trusted }: WireAgent, text: string): void {
  connection.subscribe(subject("query", cluster), {
    callback: (_error, message) => {
      const { id } = openQuery(readDsse(message.json()), trusted, { cluster, clusterUid, now: systemClock.now() });
      const chunk = signAnswerChunk({ cluster, id, index: 0, last: true, text }, key);
      void connection.request(subject("answer", cluster), JSON.stringify(chunk));
    },
  });
}

test("nats-server is killed and loses its disk: every agent syncs, reports and answers again, and nothing is lost", async () => {
  const agents: WireAgent[] = [];
  for (let n = 0; n < 10; n += 1) agents.push(await enrolAgent(transport, `agent-${n}`));
  const connections = await Promise.all(agents.map(connectForEver));
  for (const [n, connection] of connections.entries()) answerWith(connection, agents[n]!, "all is well");
  await transport.server.kill();
  await transport.wipeServer();
  for (const agent of agents) await assign(transport.database, agent.cluster, "web", "changed while NATS was away");
  expect(await transport.publish()).toBe(0); // it waits for a server rather than for nothing
  await transport.startServer();

  for (const [n, agent] of agents.entries()) {
    const { envelope } = await waitUntil("the agent has synced", () => fetchEnvelope(connections[n]!, agent), 30_000);
    expect(envelope.assignments).toMatchObject([{ revision: "changed while NATS was away" }]);
    expect(await sendReport(connections[n]!, agent)).toMatchObject({ kind: "accepted" });
  }
  const asked = transport.questions.ask({ cluster: agents[0]!.cluster, application: "web", kind: "tree" }, AbortSignal.timeout(10_000));
  expect(await asked).toBe("all is well");
  await waitUntil("what was behind has been sent", async () => (await transport.publish()) === 0 && transport.links.publisher.healthy());
  const { rows } = await transport.database.query({ text: "select 1 from envelopes where published_sequence < sequence" });
  expect(rows).toEqual([]);
  await Promise.all(connections.map((connection) => connection.close()));
});

test("the control plane stops in good time although there is no nats-server", async () => {
  const alone = await startTransport();
  await alone.server.kill();
  await waitUntil("it has noticed", () => Object.values(alone.links).every((link) => !link.healthy()));
  const started = performance.now();
  await Promise.all(Object.values(alone.links).map((link) => link.stop()));
  expect(performance.now() - started).toBeLessThan(2_000);
  await alone.stop();
});
