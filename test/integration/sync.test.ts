import type { DroverError } from "@drover/kit";
import {
  acceptEnvelope,
  createSeed,
  createSigner,
  type Digest,
  type Dsse,
  type Envelope,
  openEnvelope,
  readAssignMessage,
  readBundleAnswer,
  signEnvelope,
  subject,
  unpackBundle,
} from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assign, bundleOf } from "../support/assigned.ts";
import { enrolAgent, fetchEnvelope, startTransport, sync, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const place = ({ envelope: { epoch, sequence }, digest }: { envelope: Envelope; digest: Digest }) => ({ epoch, sequence, digest });

test("an agent gets its envelope once, then hears that nothing changed, until something does", async () => {
  const agent = await enrolAgent(transport, "sync");
  await assign(transport.database, agent.cluster, "web", "v1");
  const connection = await agent.connect();
  const first = await fetchEnvelope(connection, agent);
  expect(first.envelope.assignments).toMatchObject([{ application: "web", generation: 1, revision: "v1", bundle: { chunks: 1 } }]);
  expect(await sync(connection, agent, { have: place(first) })).toMatchObject({ kind: "unchanged" });
  await assign(transport.database, agent.cluster, "web", "v2");
  const second = await fetchEnvelope(connection, agent, { have: place(first) });
  expect(second.envelope.assignments).toMatchObject([{ application: "web", generation: 2, revision: "v2" }]);
  await connection.close();
});

test("a change is pushed to an agent that is connected, with the trace of its cause; a large one is announced", async () => {
  const agent = await enrolAgent(transport, "push");
  const connection = await agent.connect();
  const messages = connection.subscribe(subject("assign", agent.cluster))[Symbol.asyncIterator]();
  await connection.flush();
  await assign(transport.database, agent.cluster, "web", "v1");
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await transport.database.query({
    text: "update assignments set traceparent = $2 where cluster_id = $1",
    values: [agent.cluster, traceparent],
  });
  expect(await transport.publish()).toBeGreaterThan(0);
  const { value: pushed } = await messages.next();
  const message = readAssignMessage(pushed!.json());
  expect(message.kind === "envelope" && openEnvelope(message.envelope, agent.trusted).envelope.assignments).toMatchObject([
    { revision: "v1" },
  ]);
  expect(pushed!.headers?.get("traceparent")).toBe(traceparent);
  expect(await transport.publish()).toBe(0);

  for (let n = 0; n < 100; n += 1) await assign(transport.database, agent.cluster, `app-${n}`, "v1");
  await transport.publish();
  expect(readAssignMessage((await messages.next()).value!.json())).toEqual({ kind: "poke" });
  expect((await fetchEnvelope(connection, agent)).envelope.assignments).toHaveLength(101);
  await connection.close();
});

test("a change that happens while an envelope is being sent is sent as well", async () => {
  const agent = await enrolAgent(transport, "twice");
  await transport.publish();
  await Promise.all([transport.publish(), assign(transport.database, agent.cluster, "web", "v1"), transport.publish()]);
  await transport.publish();
  const { rows } = await transport.database.query({
    text: "select 1 from envelopes where cluster_id = $1 and published_sequence = sequence and sequence = 2",
    values: [agent.cluster],
  });
  expect(rows).toHaveLength(1);
});

test("ten thousand envelopes that are behind are sent, each once", async () => {
  const many = 10_000;
  await transport.database.query({
    text: `with made as (
             insert into clusters (id, name, state, cluster_uid)
             select translate(lpad(to_hex(n), 26, '0'), '0189', 'wxyz'), 'many-' || n, 'Enrolled', 'uid' from generate_series(1, $1::int) n returning id)
           insert into envelopes (cluster_id, sequence) select id, 1 from made`,
    values: [many],
  });
  const [a, b] = await Promise.all([transport.publish(), transport.publish()]);
  expect(a + b).toBe(many);
});

/** What an agent does with an envelope: the code that the agent itself runs. */
const refusalOf = (agent: WireAgent, dsse: Dsse, held?: { epoch: number; sequence: number }): string => {
  try {
    acceptEnvelope(dsse, agent.trusted, { cluster: agent.cluster, clusterUid: agent.clusterUid, held });
    return "accepted";
  } catch (error) {
    return (error as DroverError).code;
  }
};

test("an agent refuses an envelope that is another cluster's, replayed, altered or not signed by us", async () => {
  const [agent, other] = [await enrolAgent(transport, "mine"), await enrolAgent(transport, "theirs")];
  const connection = await agent.connect();
  const { dsse, envelope } = await fetchEnvelope(connection, agent);
  await connection.close();
  const mutated = (change: (bytes: Buffer) => void): Dsse => {
    const payload = Buffer.from(dsse.payload, "base64");
    change(payload);
    return { ...dsse, payload: payload.toString("base64") };
  };
  expect(refusalOf(agent, dsse)).toBe("accepted");
  expect(refusalOf(other, dsse)).toBe("ENVELOPE_FOREIGN");
  expect(refusalOf(agent, dsse, envelope)).toBe("ENVELOPE_REPLAYED");
  expect(refusalOf(agent, dsse, { epoch: envelope.epoch, sequence: envelope.sequence + 1 })).toBe("ENVELOPE_REPLAYED");
  expect(
    refusalOf(
      agent,
      mutated((bytes) => bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20)),
    ),
  ).toBe("SIGNATURE_INVALID");
  expect(refusalOf(agent, { ...dsse, signatures: [{ ...dsse.signatures[0]!, sig: "" }] })).toBe("SIGNATURE_INVALID");
  expect(refusalOf(agent, { ...dsse, payloadType: "application/vnd.drover.report.v1+json" })).toBe("SIGNATURE_INVALID");
  expect(refusalOf(agent, signEnvelope(envelope, createSigner("envelope-1", createSeed())))).toBe("SIGNATURE_INVALID");
});

test("an envelope shown to us that we did not sign, or that is another cluster's, changes nothing", async () => {
  const [agent, other] = [await enrolAgent(transport, "shows"), await enrolAgent(transport, "shown")];
  const connection = await agent.connect();
  const { envelope } = await fetchEnvelope(connection, agent);
  const newer = { ...envelope, epoch: 7 };
  const stranger = signEnvelope(newer, createSigner("envelope-1", createSeed()));
  expect(await sync(connection, agent, { envelope: stranger })).toMatchObject({ kind: "refused", code: "SIGNATURE_INVALID" });
  const foreign = signEnvelope({ ...newer, cluster: other.cluster }, transport.installation.envelopeKeys.signer);
  expect(await sync(connection, agent, { envelope: foreign })).toMatchObject({ kind: "refused", code: "ENVELOPE_FOREIGN" });
  expect((await fetchEnvelope(connection, agent)).envelope).toEqual(envelope);
  await connection.close();
});

test("a bundle is served to the clusters that are assigned it, and to no other", async () => {
  const [agent, other] = [await enrolAgent(transport, "bundle"), await enrolAgent(transport, "no-bundle")];
  await assign(transport.database, agent.cluster, "web", "v1");
  const ask = async (who: WireAgent, sha256: string, chunk = 0) => {
    const connection = await who.connect();
    const message = await connection.request(subject("bundle", who.cluster), JSON.stringify({ sha256, chunk }), { timeout: 5_000 });
    await connection.close();
    return readBundleAnswer(message.json());
  };
  const digest = bundleOf("web", "v1");
  const answer = await ask(agent, digest);
  if (answer.kind !== "chunk") throw new Error(JSON.stringify(answer));
  expect(unpackBundle(digest, Buffer.from(answer.data, "base64"))).toMatchObject([{ kind: "ConfigMap" }]);
  expect(await ask(other, digest)).toMatchObject({ kind: "refused", code: "BUNDLE_NOT_ASSIGNED" });
  expect(await ask(agent, bundleOf("web", "never made"))).toMatchObject({ kind: "refused", code: "BUNDLE_NOT_ASSIGNED" });
  expect(await ask(agent, digest, 1)).toMatchObject({ kind: "refused", code: "BUNDLE_REQUEST_INVALID" });
});

test("a message that is no request is refused and hurts nobody", async () => {
  const agent = await enrolAgent(transport, "garbage");
  const connection = await agent.connect();
  for (const garbage of ["", "{", "[]", "null", '{"have":{"epoch":-1}}', "\0".repeat(1000)]) {
    const message = await connection.request(subject("sync", agent.cluster), garbage, { timeout: 5_000 });
    expect(message.json()).toMatchObject({ kind: "refused", code: "SYNC_INVALID" });
  }
  expect(await sync(connection, agent)).toMatchObject({ kind: "envelope" });
  await connection.close();
});

test("a cluster whose row is gone or revoked is refused although NATS still lets it in", async () => {
  const agent = await enrolAgent(transport, "gone");
  const connection = await agent.connect();
  await transport.database.query({
    text: "update clusters set state = 'Revoked' where id = $1",
    values: [agent.cluster],
  });
  expect(await sync(connection, agent)).toMatchObject({ kind: "refused", code: "CLUSTER_NOT_ENROLLED" });
  await connection.close();
});
