import type { Envelope, JobStatus } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type GateJobSpec,
  loadGateJobPlaces,
  loadGateJobResults,
  wantGateJobs,
  withdrawGateJobs,
} from "../../control-plane/src/adapters/pg/gate/gate-jobs.ts";
import { assign } from "../support/assigned.ts";
import { enrolAgent, fetchEnvelope, sendReport, startTransport, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const smoke: GateJobSpec = { image: "registry.example/smoke:1", args: ["--quick"], env: { TARGET: "web" }, deadlineSeconds: 60 };

const first = { attempt: 1, n: 1 };

/** An enrolled agent whose cluster runs an application. */
async function running(name: string): Promise<WireAgent> {
  const agent = await enrolAgent(transport, name);
  await assign(transport.database, agent.cluster, "web", "v1");
  return agent;
}

async function want(runId: string, agents: readonly WireAgent[], spec: GateJobSpec = smoke): Promise<void> {
  await transport.database.transaction(async (tx) => {
    const clusters = agents.map(({ cluster }) => cluster);
    await wantGateJobs(tx, { runId, ...first }, "web", await loadGateJobPlaces(tx, "web", clusters), spec);
  });
}

const withdraw = (runId: string): Promise<void> => transport.database.transaction((tx) => withdrawGateJobs(tx, runId));

async function envelopeOf(agent: WireAgent): Promise<Envelope> {
  const connection = await agent.connect();
  const { envelope } = await fetchEnvelope(connection, agent);
  await connection.close();
  return envelope;
}

const jobsOf = async (agent: WireAgent): Promise<readonly string[]> =>
  ((await envelopeOf(agent)).jobs ?? []).map(({ id }) => id.replace(/-1-1$/, ""));

/** What became of first measurements, by their runs. */
async function report(agent: WireAgent, seq: number, ...jobs: readonly JobStatus[]): Promise<void> {
  const connection = await agent.connect();
  expect(await sendReport(connection, agent, { seq, jobs: jobs.map((job) => ({ ...job, id: `${job.id}-1-1` })) })).toMatchObject({
    kind: "accepted",
  });
  await connection.close();
}

const wordsOf = async (runId: string): Promise<readonly string[]> =>
  (await loadGateJobResults(transport.database, { runId, ...first })).map(
    ({ clusterName, state, message, isCurrent }) =>
      `${clusterName} ${state}${message && `: ${message}`}${isCurrent ? "" : ", passed over"}`,
  );

const askedFor = async (runId: string): Promise<number> => {
  const text = "select asked from work where queue = 'gate' and key = $1";
  return (await transport.database.query<{ asked: number }>({ text, values: [runId] })).rows[0]?.asked ?? 0;
};

const running1 = { state: "Running", message: "its pod starts" } as const;

test("a wanted job travels in the signed envelopes of its clusters, and leaves them when it has ended", async () => {
  const [one, two, other] = [await running("j1"), await running("j2"), await running("j3")];
  const before = await envelopeOf(one);
  expect(before.jobs).toBeUndefined(); // agents of earlier versions get the bytes they always got
  await want("run-1", [one, two]);
  await want("run-1", [one, two]);
  const after = await envelopeOf(one);
  expect(after.sequence).toBe(before.sequence + 1);
  const [{ generation, bundle }] = after.assignments as [Envelope["assignments"][number]];
  expect(after.jobs).toEqual([{ id: "run-1-1-1", application: "web", generation, bundle: bundle.sha256, namespace: "default", ...smoke }]);
  expect(await jobsOf(two)).toEqual(["run-1"]);
  expect(await jobsOf(other)).toEqual([]);
  expect(await wordsOf("run-1")).toEqual(["j1 Wanted", "j2 Wanted"]);

  await report(one, 1, { id: "run-1", ...running1 });
  expect(await jobsOf(one)).toEqual(["run-1"]);
  await report(one, 2, { id: "run-1", state: "Succeeded", message: "" });
  await report(two, 1, { id: "run-1", state: "Failed", message: "exited with 1" });
  const { sequence, jobs } = await envelopeOf(one);
  expect([sequence, jobs]).toEqual([after.sequence + 1, undefined]);
  expect(await wordsOf("run-1")).toEqual(["j1 Succeeded", "j2 Failed: exited with 1"]);
  expect(await askedFor("run-1")).toBe(3);
});

test("what has ended stays as it is, and nobody speaks for another cluster", async () => {
  const [one, two] = [await running("k1"), await running("k2")];
  await want("run-2", [one]);
  await report(two, 1, { id: "run-2", state: "Succeeded", message: "" }, { id: "never", state: "Succeeded", message: "" });
  expect(await wordsOf("run-2")).toEqual(["k1 Wanted"]);
  await report(one, 1, { id: "run-2", state: "Refused", message: "jobs.batch is forbidden" });
  await report(one, 2, { id: "run-2", state: "Succeeded", message: "" });
  expect(await wordsOf("run-2")).toEqual(["k1 Refused: jobs.batch is forbidden"]);
  expect(await askedFor("run-2")).toBe(1);
});

test("a job is for one generation: when the cluster is assigned another, nobody runs it any more", async () => {
  const agent = await running("l1");
  await want("run-3", [agent]);
  await assign(transport.database, agent.cluster, "web", "v2");
  expect(await jobsOf(agent)).toEqual([]);
  expect(await wordsOf("run-3")).toEqual(["l1 Wanted, passed over"]);
});

test("a run that nobody waits for leaves the envelopes, and keeps what it brought", async () => {
  const [one, two] = [await running("m1"), await running("m2")];
  await want("run-4", [one, two]);
  await report(one, 1, { id: "run-4", state: "Succeeded", message: "" });
  await withdraw("run-4");
  const { sequence } = await envelopeOf(two);
  await withdraw("run-4");
  expect(await envelopeOf(two)).toMatchObject({ sequence });
  expect(await jobsOf(two)).toEqual([]);
  expect(await wordsOf("run-4")).toEqual(["m1 Succeeded", "m2 Withdrawn"]);
});

test("an envelope carries 16 jobs, and fewer large ones; the others follow when those have ended", async () => {
  const [many, large] = [await running("n1"), await running("n2")];
  const ids = Array.from({ length: 18 }, (_, index) => `many-${String(index).padStart(2, "0")}`);
  for (const id of ids) await want(id, [many]);
  expect(await jobsOf(many)).toEqual(ids.slice(0, 16));
  await report(many, 1, { id: "many-03", state: "Succeeded", message: "" });
  expect(await jobsOf(many)).toEqual(ids.filter((id) => id !== "many-03").slice(0, 16));

  const wide: GateJobSpec = { ...smoke, args: ["x".repeat(4_000), "x".repeat(3_500)] };
  for (const id of ids) await want(`l${id}`, [large], wide);
  expect(await jobsOf(large)).toHaveLength(8);
  await expect(want("too-large", [large], { ...wide, command: ["x".repeat(1_000)] })).rejects.toMatchObject({ code: "GATE_JOB_INVALID" });
  await expect(want("not-a-name", [large], { ...smoke, namespace: "Shop" })).rejects.toMatchObject({ code: "GATE_JOB_INVALID" });
});

test("each measurement of a gate is a job of its own, and withdrawing the gate ends them all", async () => {
  const agent = await running("o1");
  const { database } = transport;
  const places = await loadGateJobPlaces(database, "web", [agent.cluster]);
  const rounds = [
    { runId: "run-5", attempt: 1, n: 1 },
    { runId: "run-5", attempt: 1, n: 2 },
    { runId: "run-5", attempt: 2, n: 1 },
  ];
  for (const round of rounds) await database.transaction((tx) => wantGateJobs(tx, round, "web", places, smoke));
  expect((await envelopeOf(agent)).jobs?.map(({ id }) => id)).toEqual(["run-5-1-1", "run-5-1-2", "run-5-2-1"]);
  await report(agent, 1, { id: "run-5", state: "Failed", message: "exited with 1" });
  await withdraw("run-5");
  const states = await Promise.all(rounds.map((round) => loadGateJobResults(database, round)));
  expect(states.flat().map(({ state }) => state)).toEqual(["Failed", "Withdrawn", "Withdrawn"]);
  expect((await envelopeOf(agent)).jobs).toBeUndefined();
});
