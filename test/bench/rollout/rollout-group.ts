import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { right, waitUntil } from "@drover/demo";
import type { Bench, Group } from "../harness/bench.ts";
import { type Measurement, series } from "../harness/row.ts";
import { type Installation, startInstallation } from "../installation/start-installation.ts";
import { type AgentThreads, startAgentThreads } from "./agent-threads.ts";
import { createDatabaseCounter } from "./database-work.ts";
import { applicationFiles, atOnce, fleetFiles, inWaves, many, type Place, repository } from "./fleet-files.ts";
import { createFloor } from "./floor.ts";
import { rollOutMany } from "./many-rollouts.ts";
import { measurePlanner } from "./planner.ts";
import { createPromoting, type Sample } from "./promotion.ts";
import { rollBackAll } from "./rolling-back.ts";

const enrolAtOnce = 16;
/** They share the machine with what is measured. */
const maxThreads = 2;

/** c: a promotion to N simulated agents, from its commit to every acknowledgement. */
export const measureRollouts: Group = async (bench) => {
  const { agents: count, rollouts } = bench.options;
  const names = Array.from({ length: count }, (_, index) => `c${String(index).padStart(5, "0")}`);
  const installation = await startInstallation(bench, {
    repositories: [repository],
    fleet: (urlOf) => fleetFiles(urlOf(repository), names),
  });
  const revisions = await pushVersions(installation, atOnce, rollouts + 1);
  const staged = await pushVersions(installation, inWaves, rollouts + 1);
  const [all] = await pushVersions(installation, many[0] as Place, 1);
  const agents = await enrolAll(bench, installation, names);
  const floor = await createFloor(bench, installation, agents);
  const work = await createDatabaseCounter(bench, installation);

  const promote = createPromoting(installation, agents, floor, atOnce, bench.signal);
  await promote(revisions[0] as string);
  const first = [];
  for (const revision of revisions.slice(1)) first.push(await promote(revision));
  const before = await work();
  const again = [];
  for (const revision of revisions.slice(0, -1)) again.push(await promote(revision));
  const after = await work();
  const perCluster = (total: number): number => total / again.length / count;

  const promoteInWaves = createPromoting(installation, agents, floor, inWaves, bench.signal);
  await promoteInWaves(staged[0] as string);
  const waves = [];
  const back = [];
  for (const [index, revision] of staged.slice(1).entries()) {
    waves.push(await promoteInWaves(revision));
    back.push(await rollBackAll(installation, agents, inWaves, staged[index] as string, bench.signal));
  }
  const allAtOnce = [await rollOutMany(installation, all as string, bench.signal)];
  return [
    ...measurements(count, first, again),
    {
      id: "c-sql",
      name: "statements for each dispatched cluster, call included",
      n: again.length,
      unit: "",
      value: perCluster(after.statements - before.statements),
    },
    {
      id: "c-wal",
      name: "bytes of write-ahead log for each of them",
      n: again.length,
      unit: "B",
      value: perCluster(after.walBytes - before.walBytes),
    },
    series(
      { id: "c2", name: `three waves of ${count} agents that are healthy at once: commit → Completed`, ...boundOf(c2TargetMs, count) },
      waves.map(({ completed }) => completed),
    ),
    series({ id: "c3", name: `rolling ${count} agents back: call → last acknowledgement`, ...boundOf(c3TargetMs, count) }, back),
    series(
      { id: "c2-many", name: `${many.length} rollouts at once, over ${Math.min(count, 100)} agents each`, target: { p99: 8_000 } },
      allAtOnce,
    ),
    ...measurePlanner(),
  ];
};

const c2TargetMs: Readonly<Record<number, number>> = { 100: 600, 10_000: 12_000 };
const c3TargetMs: Readonly<Record<number, number>> = { 10_000: 1_000 };
const boundOf = (targets: Readonly<Record<number, number>>, agents: number): { readonly target?: { readonly p99: number } } => {
  const p99 = targets[agents];
  return p99 === undefined ? {} : { target: { p99 } };
};

/** Every version is a commit of its own, pushed before anything is measured. */
async function pushVersions({ checkouts }: Installation, place: Place, count: number): Promise<readonly string[]> {
  const revisions = [];
  for (let version = 1; version <= count; version += 1)
    revisions.push(
      (await checkouts[repository]?.push(`Version ${version} of ${place.application}`, applicationFiles(place, version))) as string,
    );
  return revisions;
}

async function enrolAll({ lifecycle, say, signal }: Bench, installation: Installation, names: readonly string[]): Promise<AgentThreads> {
  const { api, controlPlane } = installation;
  await waitUntil({
    expected: "the fleet is projected",
    withinMs: 60_000,
    signal,
    look: async () => right(await api("getCluster", { params: { cluster: names.at(-1) as string } })),
  });
  const agents = startAgentThreads(Math.min(maxThreads, availableParallelism()), names.length);
  lifecycle.add("simulated agents", agents.close);
  const ca = await readFile(controlPlane.caFile, "utf8");
  const start = performance.now();
  const waiting = [...names];
  const enrolOnes = async (): Promise<void> => {
    for (let cluster = waiting.pop(); cluster !== undefined; cluster = waiting.pop()) {
      const { token } = await api("createEnrolmentToken", { params: { cluster }, body: { ttl: "10m" } });
      await agents.enrol({ cluster, apiUrl: controlPlane.apiUrl, ca, token });
    }
  };
  await Promise.all(Array.from({ length: enrolAtOnce }, enrolOnes));
  say(`${names.length} agents enrolled through the API in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return agents;
}

const targetMs: Readonly<Record<number, number>> = { 100: 80, 1_000: 500, 10_000: 4_000 };

function measurements(agents: number, first: readonly Sample[], again: readonly Sample[]): readonly Measurement[] {
  const all = [...first, ...again];
  const p99 = targetMs[agents];
  const promised = { floor: all.flatMap(({ floor }) => floor), ...(p99 === undefined ? {} : { target: { p99 } }) };
  const name = `promotion's commit → ${agents} agents acknowledged`;
  const cpuMicros = all.reduce((sum, sample) => sum + sample.cpuMicros, 0) / all.length / agents;
  return [
    series(
      { id: "c", name: `${name}, ${again.length} rollouts`, ...promised },
      again.flatMap(({ acknowledged }) => acknowledged),
    ),
    series(
      { id: "c-render", name: `${name}, never rendered before`, ...promised },
      first.flatMap(({ acknowledged }) => acknowledged),
    ),
    series(
      { id: "c-done", name: "promotion's commit → rollout Completed" },
      all.map(({ completed }) => completed),
    ),
    series(
      { id: "c-call", name: "POST /v1/promotions → 201" },
      all.map(({ call }) => call),
    ),
    {
      id: "c-cpu",
      name: "CPU of the control plane per cluster, call included",
      n: all.length,
      unit: "µs",
      value: cpuMicros,
      target: { value: 250 },
    },
  ];
}
