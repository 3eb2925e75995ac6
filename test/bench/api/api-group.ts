import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DroverError, Secret } from "@drover/kit";
import { startPostgres } from "@drover/tools";
import { createDatabase, type Database } from "../../../control-plane/src/adapters/pg/database.ts";
import { migrate } from "../../../control-plane/src/adapters/pg/migrate.ts";
import type { Bench, Group } from "../harness/bench.ts";
import { cpuMicrosWithChildren } from "../harness/process-cpu.ts";
import { overlapping } from "../harness/pace.ts";
import { type Measurement, series } from "../harness/row.ts";
import { type Ask, createAsk } from "./ask.ts";
import { type Answer, type Question, questionsOf } from "./api-questions.ts";
import { fillFleet, keepConnected } from "./fleet-rows.ts";
import { type IngestAnswer, type IngestProcess, startIngest } from "./ingest.ts";
import { cpuRows, meanCpu, measureRequestCpu, type RequestCpu } from "./request-cpu.ts";

const alone = 200;
const warmUps = 20;
const perSecond = 500;
const secondsOfLoad = 10;
const secondsOfWarmUp = 2;
const targetMs: Readonly<Record<string, number>> = { f6: 5 };
const underLoadMs = 50;
const aloneMs = 15;

/** d: how fast statuses come in; f: what lists cost in a large fleet, alone and while statuses come in. */
export const measureApi: Group = async (bench) => {
  const { clusters, applications } = bench.options;
  const size = { clusters, applications };
  const postgres = await startPostgres({
    dataDir: join(bench.folder, "postgres"),
    durable: true,
    settings: { shared_buffers: "1GB", max_wal_size: "4GB" },
  });
  bench.lifecycle.add("PostgreSQL", postgres.stop);
  const database = createDatabase({ url: new Secret(postgres.url), connections: 4 });
  bench.lifecycle.add("connections", database.close);
  await migrate(database);
  bench.say(`filling ${clusters} clusters × ${applications} applications`);
  await fillFleet(database, size);
  const env = { BENCH_DATABASE_URL: postgres.url };
  const { ask, pid } = await startApi(bench, env);
  const questions = questionsOf(database, size);

  const measured = [await floorOf(database)];
  const cpu: RequestCpu[] = [];
  for (const question of questions) {
    measured.push(await measureAlone(bench, database, ask, question));
    const spent = await measureRequestCpu({ server: pid, postgres: postgres.pid }, (turn) => checked(ask, question, turn));
    cpu.push(spent);
    measured.push(...cpuRows(question.id, spent));
  }
  measured.push(meanCpu(cpu));
  const ingest = await startIngest(bench, env);
  measured.push(...(await measureIngest(bench, database, postgres.pid, ingest)));
  await database.query({ text: "vacuum analyze statuses" });
  await keepConnected(database);
  return [...measured, ...(await measureLoad(bench, ask, ingest, questions))];
};

async function startApi(
  { lifecycle, signal }: Bench,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly ask: Ask; readonly pid: number }> {
  const child = fork(fileURLToPath(new URL("api-process.ts", import.meta.url)), { env: { ...process.env, ...env } });
  lifecycle.add("REST server", async () => void child.kill());
  const [address] = (await once(child, "message", { signal })) as [{ port: number; token: string }];
  const { ask, close } = createAsk(address);
  lifecycle.add("client", close);
  return { ask, pid: child.pid as number };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function floorOf(database: Database): Promise<Measurement> {
  const samples: number[] = [];
  for (let turn = 0; turn < alone; turn += 1) samples.push(await timed(() => database.query({ name: "floor", text: "select 1" })));
  return series({ id: "f-floor", name: "select 1 through the same pool" }, samples);
}

/** One after another; each beside the same read without HTTP. */
async function measureAlone({ say }: Bench, database: Database, ask: Ask, question: Question): Promise<Measurement> {
  const [taken, floor]: [number[], number[]] = [[], []];
  await keepConnected(database);
  for (let turn = -warmUps; turn < alone; turn += 1) {
    const turned = turn + warmUps;
    const own = await timed(() => checked(ask, question, turned));
    const bare = await timed(() => question.bare(turned));
    if (turn < 0) continue;
    taken.push(own);
    floor.push(bare);
  }
  const measurement = series({ id: question.id, name: question.name, target: { p99: targetMs[question.id] ?? aloneMs }, floor }, taken);
  say(`${question.id}: p50 ${measurement.p50?.toFixed(1)} ms, p99 ${measurement.p99?.toFixed(1)} ms`);
  return measurement;
}

async function checked(ask: Ask, { id, path, check }: Question, turn: number): Promise<void> {
  const wrong = check(JSON.parse((await ask(path(turn))).toString("utf8")) as Answer);
  if (wrong !== undefined) throw new DroverError("internal", "BENCH_VOID", `${id}: ${wrong}`);
}

/** Whole snapshots, as fast as they go: first each with every status new, then with one in twenty-five. */
async function measureIngest(
  { say, options }: Bench,
  database: Database,
  postgres: number,
  ingest: IngestProcess,
): Promise<readonly Measurement[]> {
  const { clusters, applications } = options;
  // Each from another cluster: of two of one cluster that meet, the older is refused. One in a hundred is silent.
  const reports = Math.min(2_000, Math.floor(clusters * 0.9));
  const measured: Measurement[] = [];
  for (const [id, changed, warmUp] of [
    ["d-new", applications, Math.min(200, reports)],
    // Everybody once: after a snapshot with all new, the next one takes all of that back and is no smaller.
    ["d", Math.ceil(applications / 25), Math.floor(clusters * 0.9)],
  ] as const) {
    await ingest.flood({ reports: warmUp, changed, outstanding: 100 });
    const before = await cpuMicrosWithChildren(postgres);
    const answer = await ingest.flood({ reports, changed, outstanding: 100 });
    const databaseMicros = (await cpuMicrosWithChildren(postgres)) - before;
    refuseLost(answer, reports);
    const rate = Math.round((reports * applications) / answer.seconds);
    say(`${id}: ${rate} statuses/s`);
    measured.push(
      { id, name: `statuses taken in each second, ${changed} of ${applications} in a snapshot new`, n: reports, unit: "", value: rate },
      series(
        { id: `${id}-seen`, name: "publish → committed and visible, so many at once as keep it busy", target: { p99: 250 } },
        answer.latencies,
      ),
      { id: `${id}-node`, name: "processor time of ingest for each report", n: reports, unit: "µs", value: answer.cpuMicros / reports },
      { id: `${id}-pg`, name: "processor time of PostgreSQL for each report", n: reports, unit: "µs", value: databaseMicros / reports },
    );
  }
  await verifyTotals(database, clusters * applications);
  return measured;
}

function refuseLost({ latencies, refused }: IngestAnswer, reports: number): void {
  if (latencies.length !== reports || refused > 0)
    throw new DroverError("internal", "BENCH_VOID", `${reports} reports were sent, ${latencies.length} accepted, ${refused} refused`);
}

/** Counted as they came in, and counted anew. */
async function verifyTotals(database: Database, statuses: number): Promise<void> {
  const { rows } = await database.query<{ counted: number; there: number; differing: number }>({
    text: `select (select sum(statuses) from cluster_totals) as counted, (select count(*) from statuses) as there,
                  (select count(*) from cluster_totals t
                    where (t.healthy, t.degraded, t.synced, t.statuses) <>
                          (select count(*) filter (where health = 'Healthy'), count(*) filter (where health = 'Degraded'), count(*) filter (where sync = 'Synced'), count(*)
                             from statuses s where s.cluster_id = t.cluster_id)) as differing`,
  });
  const [row] = rows;
  if (row?.there !== statuses || Number(row.counted) !== statuses || row.differing > 0)
    throw new DroverError(
      "internal",
      "BENCH_VOID",
      `totals: ${row?.counted} counted, ${row?.there} there, ${row?.differing} clusters differ`,
    );
}

/** Of the answers under load. To read each costs the clients half as much as the server spends on it, of the same two cores; all questions come up. */
const checkedOneIn = 10;

/** All of them by turns at a fixed rate, while statuses come in at theirs. */
async function measureLoad(
  { say, signal, options }: Bench,
  ask: Ask,
  ingest: IngestProcess,
  questions: readonly Question[],
): Promise<readonly Measurement[]> {
  const reports = options.statuses / options.applications;
  const changed = Math.ceil(options.applications / 25);
  const asked = async (seconds: number): Promise<readonly (readonly [string, number])[]> =>
    overlapping({ n: perSecond * seconds, everyMs: 1000 / perSecond, signal }, async (turn, dueAt) => {
      const question = questions[turn % questions.length] as Question;
      await (turn % checkedOneIn === 0 ? checked(ask, question, turn) : ask(question.path(turn)));
      return [question.id, performance.now() - dueAt] as const;
    });
  await asked(secondsOfWarmUp); // of all the server's connections to PostgreSQL: one after another the requests had needed but one
  const [samples, taken] = await ingest.during({ perSecond: reports, changed, seconds: secondsOfLoad }, () => asked(secondsOfLoad));
  refuseLost(taken, taken.latencies.length);
  say(`${perSecond} requests/s beside ${Math.round((taken.latencies.length * options.applications) / taken.seconds)} statuses/s`);
  const of = (id: string) => samples.filter(([of]) => of === id).map(([, ms]) => ms);
  return [
    ...questions.map(({ id, name }) =>
      series(
        { id: `${id}-load`, name: `${name}, at ${perSecond} requests/s and ${options.statuses} statuses/s`, target: { p99: underLoadMs } },
        of(id),
      ),
    ),
    series(
      { id: "d-load", name: `publish → visible, at ${options.statuses} statuses/s and ${perSecond} requests/s`, target: { p99: 250 } },
      taken.latencies,
    ),
  ];
}
