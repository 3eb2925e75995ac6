import type { Instant } from "@drover/kit";
import type { GatePlace, GateRun } from "../../../domain/rollout/gate.ts";
import type { Db } from "../database.ts";
import { recordSteps, type Transition } from "../rollout/rollout-transitions.ts";
import { askFor } from "../work-queue.ts";

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

/** A gate that is open already stays as it is. Each new one is a step of the rollout, and is looked at. */
export async function openGates(tx: Db, rolloutId: string, places: readonly GatePlace[]): Promise<void> {
  if (places.length === 0) return;
  const { rows } = await tx.query<OpenedRow>({
    name: "gate-runs-open",
    text: `insert into gate_runs (id, rollout_id, wave, side, gate)
           select gen_random_uuid()::text, $1, u.* from unnest($2::int[], $3::text[], $4::text[]) as u (wave, side, gate)
           on conflict (rollout_id, wave, side, gate) do nothing returning ${openedColumns}`,
    values: [rolloutId, places.map(({ wave }) => wave), places.map(({ when }) => when), places.map(({ gate }) => gate)],
  });
  await announceOpened(tx, rolloutId, "drover", "Waiting", rows);
}

interface OpenedRow {
  readonly id: string;
  readonly wave: number;
  readonly side: GateRun["when"];
  readonly gate: string;
  readonly attempt: number;
  readonly wave_name: string | null;
  readonly [column: string]: unknown;
}

const openedColumns = `id, wave, side, gate, attempt,
  (select r.strategy->'waves'->gate_runs.wave->>'name' from rollouts r where r.id = gate_runs.rollout_id) as wave_name`;

async function announceOpened(tx: Db, rolloutId: string, actor: string, from: string, opened: readonly OpenedRow[]): Promise<void> {
  if (opened.length === 0) return;
  const steps = opened.map(({ wave, wave_name, side, gate, attempt }): Transition => ({
    event: "GateOpened",
    from,
    to: "Open",
    because: {
      kind: "GateOpened",
      gate,
      when: side,
      wave: wave_name ?? wave,
      message: attempt === 1 ? "the wave has come to it" : `it is asked for the ${attempt}. time`,
    },
  }));
  await recordSteps(tx, rolloutId, actor, steps);
  await askFor(
    tx,
    "gate",
    opened.map(({ id }) => id),
  );
}

/**
 * Asks the gates that failed once more, as its rollout is resumed: what was measured and said of them stays, and counts no longer. Open
 * ones are looked at. The caller holds the rollout's row.
 */
export async function reopenFailedGates(tx: Db, rolloutId: string, actor: string): Promise<void> {
  const { rows } = await tx.query<OpenedRow>({
    name: "gate-runs-reopen",
    text: `update gate_runs set state = 'Open', attempt = attempt + 1, message = '', next_at = null, opened_at = now(), settled_at = null
            where rollout_id = $1 and state = 'Failed' returning ${openedColumns}`,
    values: [rolloutId],
  });
  await announceOpened(tx, rolloutId, actor, "Failed", rows);
  const { rows: open } = await tx.query<{ id: string }>({
    name: "gate-runs-open-ids",
    text: "select id from gate_runs where rollout_id = $1 and state = 'Open'",
    values: [rolloutId],
  });
  await askFor(
    tx,
    "gate",
    open.map(({ id }) => id),
  );
}
