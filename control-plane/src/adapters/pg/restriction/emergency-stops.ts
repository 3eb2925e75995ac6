import { type Instant, rfc3339 } from "@drover/kit";
import type { EmergencyStop } from "@drover/proto/rest";
import type { Caller } from "../../../app/access/caller.ts";
import type { EmergencyStops } from "../../../app/restriction/emergency-stop.ts";
import { fleetStopped } from "../../../app/placement/placement-store.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { recheckOpenRollouts } from "../rollout/open-rollouts.ts";
import { askFor } from "../work-queue.ts";

interface StopRow {
  readonly actor: string;
  readonly reason: string;
  readonly since: Instant;
}

export const createEmergencyStops = (database: Database): EmergencyStops => ({
  get: async () => shown(await loadStop(database)),
  stop: (reason, caller) =>
    database.transaction(async (tx) => {
      if (await insertStop(tx, reason, caller)) await announce(tx, "FleetStopped", "fleet.stop", reason, caller);
      return shown(await loadStop(tx));
    }),
  release: (reason, caller) =>
    database.transaction(async (tx) => {
      if (await deleteStop(tx)) {
        await announce(tx, "FleetStopReleased", "fleet.stop.release", reason, caller);
        await askWhatWaited(tx);
      }
      return shown(undefined);
    }),
});

const shown = (row: StopRow | undefined): EmergencyStop =>
  row === undefined ? { stopped: false } : { stopped: true, actor: row.actor, reason: row.reason, since: rfc3339(row.since) };

export async function loadStop(db: Db): Promise<StopRow | undefined> {
  const { rows } = await db.query<StopRow & Record<string, unknown>>({
    name: "stop-load",
    text: "select actor, reason, since from emergency_stop",
  });
  return rows[0];
}

async function insertStop(tx: Db, reason: string, { actor }: Caller): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "stop-insert",
    text: "insert into emergency_stop (actor, reason) values ($1, $2) on conflict do nothing",
    values: [actor, reason],
  });
  return rowCount === 1;
}

async function deleteStop(tx: Db): Promise<boolean> {
  const { rowCount } = await tx.query({ name: "stop-delete", text: "delete from emergency_stop" });
  return rowCount === 1;
}

/** Places where clusters joined meanwhile. */
async function askWhatWaited(tx: Db): Promise<void> {
  const { rows } = await tx.query<{ key: string }>({
    name: "stop-places",
    text: "select application || ' ' || environment as key from placements where problem ->> 'code' = $1",
    values: [fleetStopped],
  });
  await askFor(
    tx,
    "placement",
    rows.map(({ key }) => key),
  );
}

async function announce(tx: Db, kind: string, action: string, reason: string, { actor, requestId }: Caller): Promise<void> {
  await recordAudit(tx, { actor, action, object: "fleet", result: "allowed", requestId, details: { reason } });
  await recordEvents(tx, [{ kind, subject: "fleet", body: { actor, reason } }]);
  await recheckOpenRollouts(tx);
}
