import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterId, DroverError, Secret } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { createNkey, type Digest, type Nkey, type Report, signReport } from "@drover/proto/wire";
import { createDatabase } from "../../../control-plane/src/adapters/pg/database.ts";
import { createReportStore } from "../../../control-plane/src/adapters/pg/report/reports.ts";
import { createReportIngest } from "../../../control-plane/src/app/agents/ingest-reports.ts";
import type { IngestAnswer, IngestOrder } from "./ingest.ts";

// Ingest in a process of its own, with the agents whose signed reports it takes in: all of the way but the broker's.

const database = createDatabase({ url: new Secret(process.env["BENCH_DATABASE_URL"] ?? ""), connections: 4 });
const ingest = createReportIngest({ store: createReportStore(database), clock: systemClock, count: () => {} });

const { rows: bundles } = await database.query<{ application: string; bundle: Digest }>({
  text: "select distinct application, bundle from assignments order by application",
});

interface Agent {
  readonly cluster: ClusterId;
  readonly key: Nkey;
  seq: number;
}

async function loadAgents(): Promise<readonly Agent[]> {
  const { rows } = await database.query<{ id: ClusterId; seq: number }>({
    text: `select r.cluster_id as id, r.seq from cluster_reports r where r.seen_at > now() - interval '30 minutes' order by md5(r.cluster_id)`,
  });
  const agents = rows.map(({ id, seq }) => ({ cluster: id, seq, key: createNkey("user") }));
  await database.query({
    text: "update clusters c set public_key = k.key from unnest($1::text[], $2::text[]) k (id, key) where c.id = k.id",
    values: [agents.map(({ cluster }) => cluster), agents.map(({ key }) => key.publicText)],
  });
  return agents;
}

/** A whole snapshot. Of its applications the first `changed` say something that they did not say before. */
function nextReport(agent: Agent, changed: number): Uint8Array {
  agent.seq += 1;
  const seq = agent.seq;
  const report: Report = {
    cluster: agent.cluster,
    enrolment: 1,
    boot: 1,
    seq,
    agentVersion: "0.1.0",
    kubernetesVersion: "v1.36.1",
    epoch: 1,
    sequence: 1,
    applications: bundles.map(({ application, bundle }, index) => ({
      application,
      generation: 1,
      bundle,
      sync: "Synced" as const,
      health: "Healthy" as const,
      ...(index < changed ? { reason: `Turn${seq}` } : {}),
      failing: [],
      objects: 12,
      drifted: 0,
      observedAt: "2026-11-21T08:00:00Z",
    })),
    events: [],
  };
  return Buffer.from(JSON.stringify(signReport(report, agent.key)));
}

const latencies: number[] = [];
let refused = 0;

async function send(agent: Agent, payload: Uint8Array, dueAt: number): Promise<void> {
  const answer = await ingest(agent.cluster, payload);
  if (answer.kind === "accepted") latencies.push(performance.now() - dueAt);
  else refused += 1;
}

/** As fast as it goes: everybody's report is signed already, and so many are always on their way. */
async function flood(
  agents: readonly Agent[],
  { reports, changed, outstanding }: Extract<IngestOrder, { kind: "flood" }>,
): Promise<Omit<IngestAnswer, "latencies" | "refused">> {
  const ready = Array.from({ length: reports }, (_, index) => agents[index % agents.length] as Agent).map(
    (agent) => [agent, nextReport(agent, changed)] as const,
  );
  const start = performance.now();
  const before = process.cpuUsage();
  const lane = async (): Promise<void> => {
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) await send(...next, performance.now());
  };
  await Promise.all(Array.from({ length: outstanding }, lane));
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpuMicros: user + system };
}

/**
 * On a timetable until told to stop; a report that starts late counts from when it was due. Those of the time that it should take are signed
 * before, and their sending is announced: agents do that elsewhere.
 */
async function pace(
  agents: readonly Agent[],
  { perSecond, changed, seconds }: Extract<IngestOrder, { kind: "pace" }>,
  stop: AbortSignal,
): Promise<Omit<IngestAnswer, "latencies" | "refused">> {
  const agentOf = (index: number): Agent => agents[index % agents.length] as Agent;
  const ready = Array.from({ length: perSecond * seconds }, (_, index) => nextReport(agentOf(index), changed));
  process.send?.("begun");
  const start = performance.now();
  const before = process.cpuUsage();
  const sending: Promise<void>[] = [];
  for (let sent = 0; !stop.aborted; sent += 1) {
    const dueAt = start + (sent * 1000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    sending.push(send(agentOf(sent), ready[sent] ?? nextReport(agentOf(sent), changed), dueAt));
  }
  await Promise.all(sending);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpuMicros: user + system };
}

const agents = await loadAgents();
let stopping = new AbortController();
process.on("message", (order: IngestOrder) => {
  if (order.kind === "stop") return stopping.abort();
  stopping = new AbortController();
  const work = order.kind === "flood" ? flood(agents, order) : pace(agents, order, stopping.signal);
  void work
    .then((taken) => process.send?.({ ...taken, latencies: latencies.splice(0), refused } satisfies IngestAnswer))
    .catch((cause: unknown) => {
      throw new DroverError("internal", "BENCH_VOID", "ingest", { cause });
    });
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
