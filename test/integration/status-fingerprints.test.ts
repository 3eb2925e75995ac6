import { type ClusterId, instant, rfc3339 } from "@drover/kit";
import { type ApplicationStatus, digestOf, healthWords, syncWords } from "@drover/proto/wire";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { markEnvelopesChanged } from "../../control-plane/src/adapters/pg/report/envelopes.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import type { AcceptedReport, Committed } from "../../control-plane/src/app/agents/ingest-reports.ts";
import { fleetRows, idOf } from "../support/api-fleet.ts";
import { assign, bundleOf } from "../support/assigned.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

const applications = ["api", "shop", "worker"] as const;
/** Two clusters that are told the same. Of the second nothing is remembered, so that each of its reports is compared with all that is stored. */
const [remembered, forgotten] = [idOf("eu-1"), idOf("eu-2")] as [ClusterId, ClusterId];

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  await fleetRows(database);
  await query("delete from statuses; delete from assignments; delete from cluster_totals; delete from cluster_reports");
  for (const application of applications) for (const cluster of [remembered, forgotten]) await assign(database, cluster, application, "v1");
});

const query = async (text: string, ...values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> =>
  (await database.query({ text, values: [...values] })).rows;

type Said = Omit<Partial<ApplicationStatus>, "application"> & { readonly application: string };

let seq = 0;
const report = (cluster: ClusterId, said: readonly Said[], boot = 1): Promise<Committed> => {
  const accepted: AcceptedReport = {
    report: {
      cluster,
      enrolment: 1,
      boot,
      seq: (seq += 1),
      agentVersion: "0.2.0",
      kubernetesVersion: "v1.37.0",
      epoch: 1,
      sequence: 1,
      applications: said.map((one) => ({
        generation: 1,
        bundle: bundleOf(one.application, "v1"),
        sync: "Synced",
        health: "Healthy",
        failing: [],
        objects: 3,
        drifted: 0,
        observedAt: rfc3339(instant(1_800_000_000_000 + seq)),
        ...one,
      })),
      events: [],
    },
    digest: digestOf([cluster, seq]),
    eventSeq: 0,
  };
  return createReportStore(database).commit([accepted]);
};

const stored = async (cluster: ClusterId) => ({
  statuses: await query(
    `select application, generation, bundle, sync, health, reason, message, failing, objects, drifted, held_hash, held_objects,
            degraded_since is null as is_well, last_degraded_at is null as was_well from statuses where cluster_id = $1 order by 1`,
    cluster,
  ),
  assignments: await query(
    "select application, generation, acknowledged_at is null as silent, proven_at is null as unproven from assignments where cluster_id = $1 order by 1",
    cluster,
  ),
  totals: await query(
    "select environment, healthy, degraded, synced, statuses, drifted from cluster_totals where cluster_id = $1 order by 1",
    cluster,
  ),
  events: await query(
    "select body ->> 'application' as application, body ->> 'health' as health from events where kind = 'StatusChanged' and subject = $1 order by xid, 1",
    `clusters/${cluster}`,
  ),
});

/** To another environment, as it is: the generation stays. */
async function move(cluster: ClusterId, application: string): Promise<void> {
  await query(
    "update assignments set environment = case environment when 'batch' then 'production' else 'batch' end where cluster_id = $1 and application = $2",
    cluster,
    application,
  );
  await markEnvelopesChanged(database, [cluster]);
}

const said = fc.record(
  {
    application: fc.constantFrom(...applications),
    generation: fc.constantFrom(1, 1, 1, 2, 3),
    health: fc.constantFrom(...healthWords),
    sync: fc.constantFrom(...syncWords),
    message: fc.constantFrom("one", "two"),
    drifted: fc.nat(1),
    objects: fc.constantFrom(3, 4),
    lastDegradedAt: fc.constantFrom("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"),
    held: fc.constantFrom({ hash: digestOf("a"), objects: 1 }, { hash: digestOf("a"), objects: 2 }),
  },
  { requiredKeys: ["application"] },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("report" as const), said: fc.uniqueArray(said, { selector: (one) => one.application }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("again" as const), altered: fc.option(said) }) },
  fc.record({ kind: fc.constantFrom("assign" as const, "move" as const), application: fc.constantFrom(...applications) }),
  fc.record({ kind: fc.constant("restart" as const) }),
);

test("whatever is reported, what is stored is what would be without fingerprints", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      let [last, boot]: [readonly Said[], number] = [[], seq + 1];
      for (const one of steps) {
        if (one.kind === "restart") boot += 1;
        if (one.kind === "report") last = one.said as readonly Said[];
        if (one.kind === "again") last = last.map((each) => (each.application === one.altered?.application ? (one.altered as Said) : each));
        for (const cluster of [remembered, forgotten]) {
          if (one.kind === "assign") await assign(database, cluster, one.application, "v1");
          if (one.kind === "move") await move(cluster, one.application);
          await report(cluster, last, boot);
          await query("delete from status_fingerprints where cluster_id = $1", forgotten);
        }
      }
      expect(await stored(remembered)).toEqual(await stored(forgotten));
    }),
    { numRuns: 40 },
  );
});

const written = (): Promise<readonly Record<string, unknown>[]> =>
  query(
    "select application, xmin::text from statuses where cluster_id = $1 union all select 'known', xmin::text from status_fingerprints order by 1",
    remembered,
  );

test("a report that says the same again touches neither statuses nor what is known of them", async () => {
  await report(remembered, [{ application: "api" }, { application: "shop" }]);
  const before = await written();
  await report(remembered, [{ application: "api" }, { application: "shop" }]);
  expect(await written()).toEqual(before);
});

test("one that differs in one application touches that one's row", async () => {
  await report(remembered, [{ application: "api" }, { application: "shop" }]);
  const before = await written();
  await report(remembered, [{ application: "api" }, { application: "shop", message: "waits" }]);
  const after = await written();
  expect(after.map(({ application }, index) => [application, after[index]!["xmin"] === before[index]!["xmin"]])).toEqual([
    ["api", true],
    ["known", false],
    ["shop", false],
  ]);
});

test("a status of a generation that is assigned later is stored then, though nothing is new in it", async () => {
  expect(await report(remembered, [{ application: "api", generation: 2 }])).toMatchObject({ unknownGenerations: 1 });
  expect(await report(remembered, [{ application: "api", generation: 2 }])).toMatchObject({ unknownGenerations: 1 });
  await assign(database, remembered, "api", "v1");
  expect(await report(remembered, [{ application: "api", generation: 2 }])).toMatchObject({ unknownGenerations: 0 });
  expect(await stored(remembered)).toMatchObject({ statuses: [{ generation: 2 }] });
});

test("an application that moved to another environment is counted there, though its agent says nothing new", async () => {
  await report(remembered, [{ application: "api" }]);
  await move(remembered, "api");
  await report(remembered, [{ application: "api" }]);
  expect(await stored(remembered)).toMatchObject({ totals: [{ environment: "batch", statuses: 1 }] });
});

test("what a program from before fingerprints stored is compared anew", async () => {
  await report(remembered, [{ application: "api" }]);
  await query("update cluster_reports set seq = seq + 1 where cluster_id = $1", remembered);
  await query("update statuses set health = 'Degraded' where cluster_id = $1", remembered);
  seq += 1;
  await report(remembered, [{ application: "api" }]);
  expect(await stored(remembered)).toMatchObject({ statuses: [{ health: "Healthy" }] });
});
