import type { Instant } from "@drover/kit";
import type { GatePlace, GateRun } from "../../domain/rollout/gate.ts";
import type { Db } from "./database.ts";

interface GateRow {
  readonly wave: number;
  readonly side: GateRun["when"];
  readonly gate: string;
  readonly state: GateRun["state"];
  readonly message: string;
  readonly next_at: Instant | null;
}

export async function loadGateRuns(db: Db, rolloutId: string): Promise<readonly GateRun[]> {
  const { rows } = await db.query<GateRow & Record<string, unknown>>({
    name: "gate-runs-load",
    text: "select wave, side, gate, state, message, next_at from gate_runs where rollout_id = $1",
    values: [rolloutId],
  });
  return rows.map(({ wave, side, gate, state, message, next_at }) => ({
    wave,
    when: side,
    gate,
    state,
    message,
    next: next_at ?? undefined,
  }));
}

/** A gate that is open already stays as it is. */
export async function openGates(tx: Db, rolloutId: string, places: readonly GatePlace[]): Promise<void> {
  if (places.length === 0) return;
  await tx.query({
    name: "gate-runs-open",
    text: `insert into gate_runs (id, rollout_id, wave, side, gate)
           select gen_random_uuid()::text, $1, u.* from unnest($2::int[], $3::text[], $4::text[]) as u (wave, side, gate)
           on conflict (rollout_id, wave, side, gate) do nothing`,
    values: [rolloutId, places.map(({ wave }) => wave), places.map(({ when }) => when), places.map(({ gate }) => gate)],
  });
}
