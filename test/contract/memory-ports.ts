import { base32, type ClusterId, instant } from "@drover/kit";
import { createNkey } from "@drover/proto/wire";
import type { ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import { MemoryDatabase } from "../simulation/memory/database.ts";
import { createMemoryPlacementStore } from "../simulation/memory/placements.ts";
import { createMemoryQuarantines } from "../simulation/memory/quarantines.ts";
import { createMemoryReportStore } from "../simulation/memory/reports.ts";
import { createMemoryRolloutControl } from "../simulation/memory/rollout-control.ts";
import { createMemoryRolloutStore } from "../simulation/memory/rollouts.ts";
import { createMemoryEnvelopeOutbox, createMemoryStandings } from "../simulation/memory/standings.ts";
import { createMemoryWorkQueue } from "../simulation/memory/work-queue.ts";
import { place, type RolloutPorts } from "./rollout-ports.ts";

/** Ticks with every look, so that no two things happen at one time. */
export async function openMemoryPorts(): Promise<RolloutPorts> {
  let ticks = Date.now();
  const database = new MemoryDatabase({ now: () => instant((ticks += 1)) });
  return {
    placements: createMemoryPlacementStore(database),
    rollouts: createMemoryRolloutStore(database),
    control: createMemoryRolloutControl(database),
    reports: createMemoryReportStore(database),
    standings: createMemoryStandings(database),
    outbox: createMemoryEnvelopeOutbox(database),
    quarantines: createMemoryQuarantines(database),
    work: createMemoryWorkQueue(database),
    addCluster: async (name) => {
      const id = base32(new TextEncoder().encode(name.padEnd(16, "-"))) as ClusterId;
      const publicKey = createNkey("user").publicText;
      const enrolled = { state: "Enrolled", enrolment: 1, publicKey, clusterUid: `uid-of-${name}`, holdsKnown: true } as const;
      database.transaction(() => database.clusters.put(id, { id, name, ...enrolled, createdAt: database.now() }));
      return id;
    },
    addRelease: async (revision, bundle) => {
      const id = `web@${revision}` as ReleaseId;
      const spec = {
        repository: "https://git.example/web",
        path: "",
        credentialsRef: undefined,
        render: { kind: "yaml", substitute: false },
      } as const;
      const { application } = place;
      const release = { id, application, number: 1, revision, spec, author: "grace", message: "work", committedAt: instant(0) };
      database.transaction(() => {
        database.releases.put(id, release);
        database.bundles.put(bundle, { digest: bundle, size: 1, objects: 1 });
      });
      return id;
    },
    close: async () => {},
  };
}
