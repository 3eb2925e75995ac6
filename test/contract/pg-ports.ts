import { base32, type ClusterId } from "@drover/kit";
import { createNkey } from "@drover/proto/wire";
import { createPlacementStore } from "../../control-plane/src/adapters/pg/placement/placements.ts";
import { createQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantines.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import { createRolloutControl } from "../../control-plane/src/adapters/pg/rollout/rollout-control.ts";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import { createEnvelopeOutbox } from "../../control-plane/src/adapters/pg/promotion/standings.ts";
import { createStandings } from "../../control-plane/src/adapters/pg/placement/take-over.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import type { ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import { createTestDatabase } from "../support/database.ts";
import { place, type RolloutPorts } from "./rollout-ports.ts";

export async function openPgPorts(): Promise<RolloutPorts> {
  const { database, drop } = await createTestDatabase();
  return {
    placements: createPlacementStore(database),
    rollouts: createRolloutStore(database),
    control: createRolloutControl(database),
    reports: createReportStore(database),
    standings: createStandings(database),
    outbox: createEnvelopeOutbox(database),
    quarantines: createQuarantines(database),
    work: createWorkQueue(database),
    addCluster: async (name) => {
      const id = base32(new TextEncoder().encode(name.padEnd(16, "-"))) as ClusterId;
      await database.query({
        text: `insert into clusters (id, name, state, enrolment, public_key, cluster_uid) values ($1, $2, 'Enrolled', 1, $3, $4)`,
        values: [id, name, createNkey("user").publicText, `uid-of-${name}`],
      });
      return id;
    },
    addRelease: async (revision, bundle) => {
      const id = `web@${revision}` as ReleaseId;
      await database.query({
        text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
               values ($1, $2, (select count(*) + 1 from releases), $3, 'd', '{}', 'grace', 'work', now()) on conflict do nothing`,
        values: [id, place.application, revision],
      });
      await database.query({
        text: "insert into bundles (digest, size, objects, gzip) values ($1, 1, 1, '') on conflict do nothing",
        values: [bundle],
      });
      return id;
    },
    close: drop,
  };
}
