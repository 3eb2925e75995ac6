import type { ClusterId } from "@drover/kit";
import { type ApplicationStatus, type Digest, digestOf, healthWords, syncWords } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadFleetSummary } from "../../control-plane/src/adapters/pg/fleet/fleet-summary.ts";
import { markEnvelopesChanged } from "../../control-plane/src/adapters/pg/report/envelopes.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import { createStatusReads } from "../../control-plane/src/adapters/pg/report/status-reads.ts";
import type { AcceptedReport } from "../../control-plane/src/app/agents/ingest-reports.ts";
import { fleetRows, idOf } from "../support/api-fleet.ts";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

const applications = ["api", "web", "worker"] as const;
const clusters = ["eu-1", "eu-2"] as const;

/** Two of the fleet's clusters have three applications each, of two environments. */
async function assignedFleet(): Promise<TestDatabase> {
  const database = await testDatabase();
  await fleetRows(database);
  await database.query({
    text: `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace,
                                    sync_policy, content_digest)
           select a.cluster_id, n, case n when 'worker' then 'batch' else 'production' end, 'default', 'active', 3, release_id, revision, bundle,
                  namespace, '{}', 'cd'
             from assignments a cross join unnest($1::text[]) n where a.cluster_id = any($2)
           on conflict do nothing`,
    values: [applications, clusters.map(idOf)],
  });
  return database;
}

const statuses = fc.record({
  application: fc.constantFrom(...applications),
  // One more than was ever assigned is left out.
  generation: fc.constantFrom(2, 3, 3, 3, 4),
  health: fc.constantFrom(...healthWords),
  sync: fc.constantFrom(...syncWords),
  drifted: fc.nat(3),
});
const reports = fc.array(
  fc.record({
    cluster: fc.constantFrom(...clusters),
    said: fc.uniqueArray(statuses, { selector: ({ application }) => application }),
    moves: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

const reported = (cluster: string, seq: number, said: readonly Partial<ApplicationStatus>[]): AcceptedReport => ({
  report: {
    cluster: cluster as ClusterId,
    enrolment: 1,
    boot: 2,
    seq,
    agentVersion: "0.2.0",
    kubernetesVersion: "v1.37.0",
    epoch: 1,
    sequence: 1,
    applications: said.map((one) => ({
      bundle: digestOf("b") as Digest,
      failing: [],
      objects: 3,
      observedAt: "2026-11-21T08:00:00Z",
      ...one,
    })) as ApplicationStatus[],
    events: [],
  },
  digest: digestOf([cluster, seq]),
  eventSeq: 0,
});

const counted = `select cluster_id, environment, healthy, degraded, unknown, synced, out_of_sync, statuses, drifted from cluster_totals
                  where cluster_id = any($1) order by 1, 2`;
const scanned = `select s.cluster_id, coalesce(a.environment, '') as environment, count(*) filter (where health = 'Healthy')::int as healthy,
                        count(*) filter (where health = 'Degraded')::int as degraded, count(*) filter (where health = 'Unknown')::int as unknown,
                        count(*) filter (where sync = 'Synced')::int as synced, count(*) filter (where sync = 'OutOfSync')::int as out_of_sync,
                        count(*)::int as statuses, sum(s.drifted)::int as drifted
                   from statuses s left join assignments a on a.cluster_id = s.cluster_id and a.application = s.application
                  where s.cluster_id = any($1) group by 1, 2 order by 1, 2`;

test("after any reports the totals are those of a scan over all statuses", async () => {
  const database = await assignedFleet();
  const store = createReportStore(database);
  const rows = async (text: string, ids: readonly string[]) => (await database.query({ text, values: [ids] })).rows;
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(reports, async (several) => {
      for (const { cluster, said, moves } of several) {
        if (moves) {
          await database.query({
            text: "update assignments set environment = case environment when 'batch' then 'production' else 'batch' end where cluster_id = $1 and application = 'api'",
            values: [idOf(cluster)],
          });
          await markEnvelopesChanged(database, [idOf(cluster) as ClusterId]);
        }
        await store.commit([reported(idOf(cluster), (seq += 1), said)]);
        expect(await rows(counted, [idOf(cluster)])).toEqual(await rows(scanned, [idOf(cluster)]));
      }
    }),
    { numRuns: 40 },
  );
});

test("sums the fleet up, with nothing known of those who are silent", async () => {
  const database = await assignedFleet();
  const store = createReportStore(database);
  const healthy = { generation: 3, health: "Healthy", sync: "Synced", drifted: 0 } as const;
  await store.commit([
    reported(idOf("eu-1"), 1, [
      { ...healthy, application: "web" },
      { ...healthy, application: "api", health: "Degraded", sync: "OutOfSync", drifted: 2 },
      { ...healthy, application: "worker" },
    ]),
    reported(idOf("eu-2"), 1, [{ ...healthy, application: "web" }]),
  ]);
  await database.query({
    text: "update cluster_reports set seen_at = now() - interval '2 minutes' where cluster_id = $1",
    values: [idOf("eu-2")],
  });
  const none = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
  expect(await loadFleetSummary(database)).toMatchObject({
    clusters: { total: 4, states: { Pending: 0, Connected: 1, Stale: 1, Offline: 1, Revoked: 1 }, maintenance: 0, drifted: 1 },
    health: { ...none, Healthy: 2, Degraded: 1, Unknown: 2 },
    sync: { Synced: 2, OutOfSync: 1, Unknown: 2 },
    driftedObjects: 2,
    environments: [
      { name: "batch", clusters: 1, connected: 1, health: { ...none, Healthy: 1 } },
      { name: "production", clusters: 3, connected: 1, health: { ...none, Healthy: 1, Degraded: 1, Unknown: 2 } },
    ],
    agentVersions: [
      { version: "0.2.0", clusters: 2 },
      { version: "0.1.0", clusters: 1 },
    ],
    rollouts: { Running: 0 },
  });
});

test("what runs where git cannot be carried out counts as the list shows it: no agent's word makes it Synced", async () => {
  const database = await assignedFleet();
  const store = createReportStore(database);
  const healthy = { generation: 3, health: "Healthy", sync: "Synced", drifted: 0 } as const;
  await store.commit([
    reported(idOf("eu-1"), 1, [
      { ...healthy, application: "web" },
      { ...healthy, application: "worker" },
    ]),
    reported(idOf("eu-2"), 1, [{ ...healthy, application: "web", sync: "OutOfSync" }]),
  ]);
  const shown = async () => {
    const { sync, environments } = await loadFleetSummary(database);
    const { items } = await createStatusReads(database).statuses(unfiltered({ size: 50, after: undefined }));
    const listed = syncWords.map((word) => [word, items.filter((one) => one.sync === word && one.clusterState !== "Revoked").length]);
    expect(sync).toEqual(Object.fromEntries(listed));
    return { sync, production: environments.find(({ name }) => name === "production")?.sync };
  };
  const before = await shown();
  await database.query({
    text: `insert into placements (application, environment, problem) values ('web', 'production', '{"code": "PIN_UNKNOWN", "message": "no such commit"}')
           on conflict (application, environment) do update set problem = excluded.problem`,
    values: [],
  });
  const after = await shown();
  expect(after.sync).toEqual({ ...before.sync, Synced: before.sync.Synced - 1, OutOfSync: before.sync.OutOfSync + 1 });
  expect(after.production).toMatchObject({ Synced: 0, OutOfSync: 2 });
});
