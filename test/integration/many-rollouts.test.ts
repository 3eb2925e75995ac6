import { type ApplicationStatus, digestOf } from "@drover/proto/wire";
import type { ClusterId } from "@drover/kit";
import type { AcceptedReport } from "../../control-plane/src/app/agents/ingest-reports.ts";
import { type Log, systemClock } from "@drover/kit/node";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase, type Database } from "../../control-plane/src/adapters/pg/database.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { createRolloutReconciler } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import { runQueue } from "../../control-plane/src/workers/run-queue.ts";
import { type PlacementWorld, placementWorld } from "../support/placement-world.ts";
import { waitUntil } from "../support/wait-until.ts";

const applications = Array.from({ length: 20 }, (_, index) => `app-${String(index).padStart(2, "0")}`);
const environments = ["eu", "us", "asia", "africa", "edge"];
const clusters = Array.from({ length: 100 }, (_, index) => `c${String(index).padStart(3, "0")}`);
const environmentOf = (index: number): string => environments[index % environments.length] as string;
const replicas = 3;

test("a hundred rollouts at once, twenty on each of a hundred clusters, planned by three replicas", { timeout: 120_000 }, async () => {
  const world = await fleet();
  const warnings: string[] = [];
  const stopping = new AbortController();
  const databases = Array.from({ length: replicas }, () => createDatabase({ url: world.database.url, connections: 8 }));
  const running = databases.map((database) =>
    Promise.all([...plan(world, database, warnings, stopping.signal), tellHealthy(database, stopping.signal)]),
  );
  const end = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
    await Promise.all(databases.map((database) => database.close())); // their sessions leave their statistics behind
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= end());
  onTestFinished(stop);

  await createWorkQueue(world.database).ask(
    "placement",
    applications.flatMap((application) => environments.map((environment) => `${application} ${environment}`)),
  );
  const completed = async (): Promise<number> => count(world, "select count(*)::int as n from rollouts where phase = 'Completed'");
  await waitUntil("every rollout has completed", async () => (await completed()) === 100, 90_000);
  await stop();

  const { rows } = await world.database.query({
    text: "select event, count(*)::int as n from rollout_transitions group by event order by lower(event)",
  });
  expect(rows).toEqual([
    { event: "completed", n: 100 },
    { event: "created", n: 100 },
    { event: "Dispatched", n: 2000 },
    { event: "Healthy", n: 2000 },
    { event: "started", n: 100 },
  ]);
  expect(await count(world, "select count(*)::int as n from assignments where generation = 1 and proven_at is not null")).toBe(2000);
  expect(warnings).toEqual([]);
  expect(await count(world, "select deadlocks::int as n from pg_stat_database where datname = current_database()")).toBe(0);
});

async function fleet(): Promise<PlacementWorld> {
  const world = await placementWorld([]);
  await world.put("Strategy", "waves", { waves: [{ name: "first", count: 5 }], maxConcurrency: 5 });
  for (const environment of environments) {
    await world.put("Environment", environment, { clusterSelector: { matchLabels: { env: environment } }, strategy: "waves" });
    for (const application of applications) await world.put("Pin", `${environment}/${application}`, { revision: "v1" });
  }
  for (const application of applications)
    await world.put("Application", application, { source: { repository: `https://git.example/${application}` } });
  for (const [index, name] of clusters.entries()) await world.addCluster(name, { labels: { env: environmentOf(index) } });
  return world;
}

/** The planner's loops of one replica. */
function plan(world: PlacementWorld, database: Database, warnings: string[], signal: AbortSignal): readonly Promise<void>[] {
  const work = createWorkQueue(database);
  const rollout = createRolloutReconciler({ rollouts: createRolloutStore(database), clock: systemClock });
  const log = logTo(warnings);
  const loop = { work, clock: systemClock, log, woken: (_queue: string, until: AbortSignal) => systemClock.sleep(20, until) };
  return [
    runQueue({ ...loop, queue: "placement", concurrency: 4, restMs: 0, handler: world.reconcilePlacement }, signal),
    runQueue({ ...loop, queue: "rollout", concurrency: 8, restMs: 5, handler: rollout }, signal),
  ];
}

/** Keys that lost a race are looked at again, which is no trouble; everything else is. */
function logTo(warnings: string[]): Log {
  const quiet = (): void => {};
  const warn = (fields: object, message: string): void => {
    const { code = "" } = fields as { readonly code?: string };
    if (!lostRaces.has(code)) warnings.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { debug: quiet, info: quiet, warn, error: warn, child: () => logTo(warnings) };
}

const lostRaces: ReadonlySet<string> = new Set(["ROLLOUT_CHANGED", "PLACEMENT_CHANGED"]);

/** One replica's ingest: every agent that has something to say says all of it, batch by batch, whichever replica hears it. */
async function tellHealthy(database: Database, signal: AbortSignal): Promise<void> {
  const store = createReportStore(database);
  while (!signal.aborted) {
    const reports = await newsOf(database);
    if (reports.length > 0) await store.commit(reports);
    else await systemClock.sleep(10, signal).catch(() => {});
  }
}

async function newsOf(database: Database): Promise<readonly AcceptedReport[]> {
  const { rows } = await database.query<{
    cluster: ClusterId;
    seq: number;
    assigned: readonly Pick<ApplicationStatus, "application" | "generation" | "bundle">[];
  }>({
    text: `select a.cluster_id as cluster, r.seq + 1 as seq,
                  json_agg(json_build_object('application', a.application, 'generation', a.generation, 'bundle', a.bundle)) as assigned
             from assignments a join cluster_reports r on r.cluster_id = a.cluster_id
            group by a.cluster_id, r.seq having bool_or(a.proven_at is null) order by random() limit 40`,
  });
  const observedAt = new Date().toISOString();
  return rows.map(({ cluster, seq, assigned }) => ({
    report: {
      cluster,
      enrolment: 1,
      boot: 1,
      seq,
      agentVersion: "0.1.0",
      kubernetesVersion: "v1.36.3",
      epoch: 1,
      sequence: 1,
      applications: assigned.map((one) => ({ ...one, sync: "Synced", health: "Healthy", failing: [], objects: 1, drifted: 0, observedAt })),
      events: [],
    },
    digest: digestOf([cluster, seq]),
    eventSeq: 0,
  }));
}

const count = async ({ database }: PlacementWorld, text: string): Promise<number> =>
  (await database.query<{ n: number }>({ text })).rows[0]?.n ?? 0;
