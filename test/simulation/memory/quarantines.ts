import type { Quarantine } from "@drover/proto/fleet";
import type { Quarantines } from "../../../control-plane/src/app/rollback/quarantines.ts";
import { type QuarantineInForce, quarantineOf } from "../../../control-plane/src/domain/placement/quarantine.ts";
import type { Rollout } from "../../../control-plane/src/domain/rollout/plan.ts";
import type { MemoryDatabase } from "./database.ts";
import type { QuarantineRow } from "./rows.ts";
import { askFor } from "./work-queue.ts";

export const createMemoryQuarantines = (database: MemoryDatabase): Quarantines => ({
  inForce: async (application) =>
    database.quarantines
      .of(application)
      .filter(({ state }) => state === "InForce")
      .map((row) => inForce(database, row)),
});

function inForce({ rollouts }: MemoryDatabase, row: QuarantineRow): QuarantineInForce {
  const { id, kind, environment, revision, contentDigests, rolloutId, reason } = row;
  if (kind === "Revision") return { kind, id, revision, reason };
  return { kind, id, environment, contentDigests, changeId: rollouts.get(rolloutId)?.changeId ?? "", reason };
}

/** Whether rows or the file refuse the revision. */
export function quarantinedRevision(database: MemoryDatabase, application: string, revision: string): Rollout["quarantined"] {
  const file = database.fleetObjects.get(`Quarantine/${application}`)?.form as Quarantine | undefined;
  const row = database.quarantines
    .of(application)
    .find((one) => one.kind === "Revision" && one.state === "InForce" && one.revision === revision);
  const entry = quarantineOf(file, revision) ?? row;
  return entry && { revision, reason: entry.reason };
}

/** Refuses what a rollout brought, at once. Where the files changed and the revision did not, just these contents are. */
export function insertQuarantine(database: MemoryDatabase, row: Omit<QuarantineRow, "kind" | "state">): void {
  const kind = row.revision === row.returnsTo ? "Content" : "Revision";
  database.quarantines.put(row.id, { ...row, kind, contentDigests: kind === "Content" ? row.contentDigests : [], state: "InForce" });
  const places = [...database.placements.all()].filter(({ application }) => application === row.application);
  askFor(
    database,
    "placement",
    places.map(({ application, environment }) => `${application} ${environment}`),
  );
}
