import { setTimeout as sleep } from "node:timers/promises";
import { notYet, right, waitUntil } from "@drover/demo";
import type { Answer } from "@drover/proto/rest";
import type { Bench, Group } from "../harness/bench.ts";
import { cpuMicros } from "../harness/process-cpu.ts";
import { type Measurement, series } from "../harness/row.ts";
import { type Installation, startInstallation } from "../installation/start-installation.ts";
import { application, applicationFiles, environment, fleetFiles } from "./fleet-files.ts";
import { createFloor, type Floor } from "./floor.ts";
import { type Acknowledgement, enrolSimulatedAgent, type SimulatedAgent } from "./simulated-agent.ts";

const enrolAtOnce = 16;
const rolloutDeadlineMs = 60_000;

/** c: a promotion to N simulated agents, from its commit to every acknowledgement. */
export const measureRollouts: Group = async (bench) => {
  const { agents: count, rollouts } = bench.options;
  const names = Array.from({ length: count }, (_, index) => `c${String(index).padStart(5, "0")}`);
  const installation = await startInstallation(bench, {
    repositories: [application],
    fleet: (urlOf) => fleetFiles(urlOf(application), names),
  });
  const revisions = await pushVersions(installation, rollouts + 1);
  const { agents, heard } = await enrolAll(bench, installation, names);
  const floor = await createFloor(bench, installation, agents);

  const promote = createPromoting(bench, installation, agents, heard, floor);
  await promote(revisions[0] as string);
  const first = [];
  for (const revision of revisions.slice(1)) first.push(await promote(revision));
  const again = [];
  for (const revision of revisions.slice(0, -1)) again.push(await promote(revision));
  return measurements(count, first, again);
};

/** Every version is a commit of its own, pushed before anything is measured. */
async function pushVersions({ checkouts }: Installation, count: number): Promise<readonly string[]> {
  const revisions = [];
  for (let version = 1; version <= count; version += 1)
    revisions.push((await checkouts[application]?.push(`Version ${version}`, applicationFiles(version))) as string);
  return revisions;
}

interface Heard {
  /** Since it was cleared last. */
  acknowledgements: Acknowledgement[];
  failure: Error | undefined;
}

async function enrolAll(bench: Bench, installation: Installation, names: readonly string[]) {
  const heard: Heard = { acknowledgements: [], failure: undefined };
  const ears = {
    acknowledged: (acknowledgement: Acknowledgement) => void heard.acknowledgements.push(acknowledgement),
    failed: (error: Error) => void (heard.failure ??= error),
  };
  const agents: SimulatedAgent[] = [];
  bench.lifecycle.add("simulated agents", async () => agents.forEach((agent) => agent.close()));
  await untilKnown(bench, installation, names.at(-1) as string);
  const start = performance.now();
  const waiting = [...names];
  const enrolOnes = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      agents.push(await enrolSimulatedAgent(installation, name, ears));
  };
  await Promise.all(Array.from({ length: enrolAtOnce }, enrolOnes));
  bench.say(`${agents.length} agents enrolled through the API in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return { agents, heard };
}

const untilKnown = ({ signal }: Bench, { api }: Installation, cluster: string): Promise<void> =>
  waitUntil({
    expected: `the fleet with ${cluster} is projected`,
    withinMs: 60_000,
    signal,
    look: async () => {
      await api("getCluster", { params: { cluster } });
      return right(undefined);
    },
  });

interface Sample {
  /** From the promotion's commit to each agent's committed acknowledgement. */
  readonly acknowledged: readonly number[];
  readonly call: number;
  readonly completed: number;
  readonly cpuMicros: number;
  readonly floor: readonly number[];
}

function createPromoting(
  { signal }: Bench,
  { api, controlPlane }: Installation,
  agents: readonly SimulatedAgent[],
  heard: Heard,
  floor: Floor,
): (revision: string) => Promise<Sample> {
  return async (revision) => {
    heard.acknowledgements = [];
    const cpu = await cpuMicros(controlPlane.pid() as number);
    const called = performance.now();
    const promotion = await api("createPromotion", { body: { application, environment, revision, reason: "a measurement" } });
    const call = performance.now() - called;

    const ends = await untilAllAcknowledge(heard, agents, revision, signal);
    await assertVisible(api, agents, revision);
    const rollout = await untilCompleted(api, revision, signal);
    const settled = await api("getPromotion", { params: { promotion: promotion.id } });
    // PostgreSQL's time of the transaction that made the commit count: its beginning, a little before its end.
    const start = Date.parse(settled.settledAt as string);
    return {
      acknowledged: ends.map((at) => at - start),
      call,
      completed: Date.parse(rollout.finishedAt as string) - start,
      cpuMicros: (await cpuMicros(controlPlane.pid() as number)) - cpu,
      floor: await floor(),
    };
  };
}

async function untilAllAcknowledge(
  heard: Heard,
  agents: readonly SimulatedAgent[],
  revision: string,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const end = performance.now() + rolloutDeadlineMs;
  for (;;) {
    if (heard.failure !== undefined) throw heard.failure;
    signal.throwIfAborted();
    const ends = new Map<string, number>();
    for (const { cluster, at, assignments } of heard.acknowledgements)
      if (!ends.has(cluster) && assignments.some((assignment) => assignment.revision === revision)) ends.set(cluster, at);
    if (ends.size === agents.length) return [...ends.values()];
    if (performance.now() > end) throw new Error(`only ${ends.size} of ${agents.length} agents acknowledged ${revision}`);
    await sleep(5);
  }
}

/** At once: what an agent was answered has to be what everybody reads. */
async function assertVisible(api: Installation["api"], agents: readonly SimulatedAgent[], revision: string): Promise<void> {
  const right = new Set<string>();
  for (let pageToken: string | undefined, isFirst = true; isFirst || pageToken !== undefined; isFirst = false) {
    const page: Answer<"listStatuses"> = await api("listStatuses", { query: { application, environment, pageSize: 200, pageToken } });
    for (const status of page.items)
      if (status.current && status.revision === revision && status.health === "Healthy" && status.sync === "Synced")
        right.add(status.cluster);
    pageToken = page.nextPageToken;
  }
  if (right.size !== agents.length) throw new Error(`the API shows ${right.size} of ${agents.length} acknowledgements of ${revision}`);
}

const untilCompleted = (api: Installation["api"], revision: string, signal: AbortSignal) =>
  waitUntil({
    expected: `the rollout of ${revision} is Completed`,
    withinMs: rolloutDeadlineMs,
    signal,
    look: async () => {
      const [rollout] = (await api("listRollouts", { query: { application, environment, pageSize: 1 } })).items;
      if (rollout?.revision !== revision || rollout.phase !== "Completed") return notYet(`${rollout?.revision} is ${rollout?.phase}`);
      return right(rollout);
    },
  });

const targetMs: Readonly<Record<number, number>> = { 100: 80, 1_000: 500, 10_000: 4_000 };

function measurements(agents: number, first: readonly Sample[], again: readonly Sample[]): readonly Measurement[] {
  const all = [...first, ...again];
  const p99 = targetMs[agents];
  const target = p99 === undefined ? {} : { target: { p99 } };
  const floor = all.flatMap((sample) => sample.floor);
  const cpu = all.reduce((sum, sample) => sum + sample.cpuMicros, 0) / all.length / agents;
  const times = `${first.length} rollouts`;
  return [
    series(
      { id: "c", name: `commit → acknowledged, ${agents} agents × ${times}, rendered before`, floor, ...target },
      again.flatMap((sample) => sample.acknowledged),
    ),
    series(
      { id: "c-render", name: "the same, rendered for the first time", floor, ...target },
      first.flatMap((sample) => sample.acknowledged),
    ),
    series(
      { id: "c-done", name: "commit → rollout Completed" },
      all.map((sample) => sample.completed),
    ),
    series(
      { id: "c-call", name: "POST /v1/promotions → 201" },
      all.map((sample) => sample.call),
    ),
    { id: "c-cpu", name: "control plane's CPU per cluster and rollout", n: all.length, unit: "µs", value: cpu, target: { value: 250 } },
  ];
}
