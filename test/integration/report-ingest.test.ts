import { instant, rfc3339 } from "@drover/kit";
import { type ApplicationStatus, signReport } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assign, bundleOf } from "../support/assigned.ts";
import { enrolAgent, reportOf, sendReport, sendSigned, startTransport, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const status = (application: string, content: string, generation: number, over: Partial<ApplicationStatus> = {}): ApplicationStatus => ({
  application,
  generation,
  bundle: bundleOf(application, content),
  sync: "Synced",
  health: "Healthy",
  failing: [],
  objects: 1,
  drifted: 0,
  observedAt: rfc3339(instant(1_800_000_000_000)),
  ...over,
});

const rowsOf = async (
  agent: WireAgent,
  table: "statuses" | "assignments" | "cluster_reports",
): Promise<readonly Record<string, unknown>[]> =>
  (await transport.database.query({ text: `select * from ${table} where cluster_id = $1`, values: [agent.cluster] })).rows;

const eventsOf = async (agent: WireAgent, kind: string): Promise<readonly Record<string, unknown>[]> =>
  (
    await transport.database.query<{ body: Record<string, unknown> }>({
      text: "select body from events where subject = $1 and kind = $2 order by id",
      values: [`clusters/${agent.cluster}`, kind],
    })
  ).rows.map(({ body }) => body);

test("a status is stored, acknowledges its assignment, and proves it once it is Synced and Healthy", async () => {
  const agent = await enrolAgent(transport, "status");
  await assign(transport.database, agent.cluster, "web", "v1");
  const connection = await agent.connect();
  const progressing = status("web", "v1", 1, { health: "Progressing" });
  expect(await sendReport(connection, agent, { applications: [progressing] })).toMatchObject({
    kind: "accepted",
    boot: 1,
    seq: 1,
    eventSeq: 0,
  });
  expect(await rowsOf(agent, "assignments")).toMatchObject([{ acknowledged_at: expect.any(Number), proven_at: null }]);
  expect(await sendReport(connection, agent, { seq: 2, applications: [status("web", "v1", 1)] })).toMatchObject({
    kind: "accepted",
    seq: 2,
  });
  expect(await rowsOf(agent, "assignments")).toMatchObject([{ proven_at: expect.any(Number) }]);
  expect(await rowsOf(agent, "statuses")).toMatchObject([{ application: "web", health: "Healthy", seq: 2, degraded_since: null }]);

  await sendReport(connection, agent, { seq: 3, applications: [status("web", "v1", 1)] });
  expect(await eventsOf(agent, "StatusChanged")).toMatchObject([{ health: "Progressing" }, { health: "Healthy" }]); // nothing new, no event
  await sendReport(connection, agent, { seq: 4 });
  expect(await rowsOf(agent, "statuses")).toEqual([]); // a report is whole
  await connection.close();
});

test("a status of another bundle or generation proves nothing; a generation never assigned is left out and counted", async () => {
  const agent = await enrolAgent(transport, "unknown");
  await assign(transport.database, agent.cluster, "web", "v1");
  await assign(transport.database, agent.cluster, "web", "v2");
  await assign(transport.database, agent.cluster, "api", "v1");
  const connection = await agent.connect();
  const report = { applications: [status("web", "v1", 1), status("api", "v1", 2), status("stranger", "v1", 1)] };
  expect(await sendReport(connection, agent, report)).toMatchObject({ kind: "accepted" });
  expect(await rowsOf(agent, "statuses")).toMatchObject([{ application: "web", generation: 1 }]);
  await sendReport(connection, agent, { seq: 2, applications: [status("web", "v1", 2)] });
  const assignments = await rowsOf(agent, "assignments");
  expect(assignments.map(({ acknowledged_at, proven_at }) => [acknowledged_at, proven_at])).toEqual([
    [null, null],
    [null, null],
  ]);
  await connection.close();
});

test("how long an application has been Degraded is kept within a generation and begins anew with the next", async () => {
  const agent = await enrolAgent(transport, "degraded");
  await assign(transport.database, agent.cluster, "web", "v1");
  const connection = await agent.connect();
  const since = async (seq: number, generation: number, health: ApplicationStatus["health"]): Promise<unknown> => {
    const content = generation === 1 ? "v1" : "v2";
    expect(await sendReport(connection, agent, { seq, applications: [status("web", content, generation, { health })] })).toMatchObject({
      kind: "accepted",
    });
    return (await rowsOf(agent, "statuses"))[0]?.["degraded_since"];
  };
  const first = await since(1, 1, "Degraded");
  expect(first).toEqual(expect.any(Number));
  expect(await since(2, 1, "Degraded")).toBe(first);
  await assign(transport.database, agent.cluster, "web", "v2");
  expect(await since(3, 2, "Degraded")).toBeGreaterThan(first as number);
  expect(await since(4, 2, "Healthy")).toBeNull();
  expect((await rowsOf(agent, "statuses"))[0]).toMatchObject({ last_degraded_at: expect.any(Number) });
  await connection.close();
});

test("a replayed, older or repeated report changes nothing; an exact repeat of the last is answered again", async () => {
  const agent = await enrolAgent(transport, "replay");
  await assign(transport.database, agent.cluster, "web", "v1");
  const connection = await agent.connect();
  const first = signReport(reportOf(agent, { seq: 5, applications: [status("web", "v1", 1, { health: "Degraded" })] }), agent.key);
  const second = signReport(reportOf(agent, { seq: 6, applications: [status("web", "v1", 1)] }), agent.key);
  expect(await sendSigned(connection, agent, first)).toMatchObject({ kind: "accepted", seq: 5 });
  expect(await sendSigned(connection, agent, second)).toMatchObject({ kind: "accepted", seq: 6 });
  expect(await sendSigned(connection, agent, second)).toMatchObject({ kind: "accepted", seq: 6 });
  expect(await sendSigned(connection, agent, first)).toMatchObject({ kind: "refused", code: "REPORT_REPLAYED" });
  expect(await sendReport(connection, agent, { seq: 6 })).toMatchObject({ kind: "refused", code: "REPORT_REPLAYED" });
  expect(await sendReport(connection, agent, { enrolment: 0, boot: 99, seq: 7 })).toMatchObject({ code: "REPORT_ENROLMENT" });
  expect(await rowsOf(agent, "statuses")).toMatchObject([{ health: "Healthy" }]);
  expect(await sendReport(connection, agent, { boot: 2, seq: 1, applications: [status("web", "v1", 1)] })).toMatchObject({
    kind: "accepted",
  });
  await connection.close();
});

test("a report signed by another cluster, speaking of one, altered or unsigned is refused", async () => {
  const [agent, other] = [await enrolAgent(transport, "honest"), await enrolAgent(transport, "liar")];
  const connection = await other.connect();
  const send = (dsse: Parameters<typeof sendSigned>[2]) => sendSigned(connection, other, dsse);
  expect(await send(signReport(reportOf(agent), agent.key))).toMatchObject({ kind: "refused", code: "SIGNATURE_INVALID" });
  expect(await send(signReport(reportOf(agent), other.key))).toMatchObject({ kind: "refused", code: "REPORT_FOREIGN" });
  const own = signReport(reportOf(other), other.key);
  const forged = Buffer.from(JSON.stringify({ ...reportOf(other), seq: 2 })).toString("base64");
  expect(await send({ ...own, payload: forged })).toMatchObject({ kind: "refused", code: "SIGNATURE_INVALID" });
  expect(await send({ ...own, signatures: [] })).toMatchObject({ kind: "refused", code: "DSSE_INVALID" });
  expect(await send(own)).toMatchObject({ kind: "accepted" });
  expect(await rowsOf(agent, "cluster_reports")).toEqual([]);
  await connection.close();
});

test("events are stored once, however often they are sent", async () => {
  const agent = await enrolAgent(transport, "events");
  const connection = await agent.connect();
  const event = (seq: number) => ({ seq, at: rfc3339(instant(1_800_000_000_000)), kind: "DriftHealed", message: `event ${seq}` });
  expect(await sendReport(connection, agent, { events: [event(1), event(2)] })).toMatchObject({ eventSeq: 2 });
  expect(await sendReport(connection, agent, { seq: 2, events: [event(2), event(3)] })).toMatchObject({ eventSeq: 3 });
  expect(await sendReport(connection, agent, { boot: 2, seq: 1, events: [event(1)] })).toMatchObject({ eventSeq: 1 });
  expect((await eventsOf(agent, "AgentEvent")).map(({ message }) => message)).toEqual(["event 1", "event 2", "event 3", "event 1"]);
  await connection.close();
});

test("a rollout is looked at again when one of its clusters says something new, and only then", async () => {
  const agent = await enrolAgent(transport, "rollout");
  const { database } = transport;
  await assign(database, agent.cluster, "web", "v1");
  await database.query({
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason)
           values ('r1', 'web', 'production', 'Environment', 'c', 'web-v1', 'v1', 'Running', '{}', 'a', 'r')`,
  });
  await database.query({
    text: "insert into rollout_targets (rollout_id, cluster_id, state) values ('r1', $1, 'inFlight')",
    values: [agent.cluster],
  });
  const asked = async (): Promise<unknown> =>
    (await database.query<{ asked: number }>({ text: "select asked from work where queue = 'rollout' and key = 'r1'" })).rows[0]?.asked;
  const connection = await agent.connect();
  await sendReport(connection, agent, { applications: [status("web", "v1", 1)] });
  expect(await asked()).toBe(1);
  await sendReport(connection, agent, { seq: 2, applications: [status("web", "v1", 1)] });
  expect(await asked()).toBe(1);
  await sendReport(connection, agent, { seq: 3, applications: [status("web", "v1", 1, { health: "Degraded" })] });
  expect(await asked()).toBe(2);
  await connection.close();
});

test("a revoked cluster's report counts no more, even if its connection were still there", async () => {
  const agent = await enrolAgent(transport, "revoked");
  const connection = await agent.connect();
  await transport.database.query({ text: "update clusters set state = 'Revoked' where id = $1", values: [agent.cluster] });
  expect(await sendReport(connection, agent)).toMatchObject({ kind: "refused", code: "CLUSTER_NOT_ENROLLED" });
  await connection.close();
});

test("reports of many clusters at once are all answered after their commit", async () => {
  const agents: WireAgent[] = [];
  for (let n = 0; n < 20; n += 1) agents.push(await enrolAgent(transport, `crowd-${n}`));
  for (const agent of agents) await assign(transport.database, agent.cluster, "web", "v1");
  const connections = await Promise.all(agents.map((agent) => agent.connect()));
  for (let seq = 1; seq <= 5; seq += 1) {
    const health = seq % 2 ? "Progressing" : "Healthy";
    const answers = await Promise.all(
      agents.map((agent, n) => sendReport(connections[n]!, agent, { seq, applications: [status("web", "v1", 1, { health })] })),
    );
    expect(answers.filter(({ kind }) => kind === "accepted")).toHaveLength(agents.length);
  }
  await Promise.all(connections.map((connection) => connection.close()));
});

test("of two agents that report, the one that held the Lease later is believed", async () => {
  const agent = await enrolAgent(transport, "lease");
  const connection = await agent.connect();
  await sendReport(connection, agent, { boot: 3, leaseTransitions: 4 });
  expect(await sendReport(connection, agent, { boot: 1, leaseTransitions: 5 })).toMatchObject({ kind: "accepted" });
  expect(await sendReport(connection, agent, { boot: 4, leaseTransitions: 4 })).toMatchObject({
    kind: "refused",
    code: "REPORT_LEASE_LOST",
  });
  // The Lease was deleted and counts anew; the old holder is not heard any more.
  await transport.database.query({
    text: "update cluster_reports set seen_at = now() - interval '91 seconds' where cluster_id = $1",
    values: [agent.cluster],
  });
  expect(await sendReport(connection, agent, { boot: 5, leaseTransitions: 1 })).toMatchObject({ kind: "accepted" });
  await connection.close();
});

test("maintenance and held deletions are stored as they are reported, and go with the next report", async () => {
  const agent = await enrolAgent(transport, "held");
  await assign(transport.database, agent.cluster, "web", "v1");
  const connection = await agent.connect();
  const held = { hash: bundleOf("web", "any digest"), objects: 12 };
  await sendReport(connection, agent, { maintenance: true, applications: [status("web", "v1", 1, { sync: "OutOfSync", held })] });
  expect(await rowsOf(agent, "statuses")).toMatchObject([{ held_hash: held.hash, held_objects: 12 }]);
  expect(await rowsOf(agent, "cluster_reports")).toMatchObject([{ maintenance: true }]);
  await sendReport(connection, agent, { seq: 2, applications: [status("web", "v1", 1)] });
  expect(await rowsOf(agent, "statuses")).toMatchObject([{ held_hash: null, held_objects: null }]);
  expect(await rowsOf(agent, "cluster_reports")).toMatchObject([{ maintenance: false }]);
  await connection.close();
});
