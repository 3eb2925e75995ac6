import type { Instant } from "@drover/kit";
import type { GateSnapshot } from "../../../app/gate/gate-snapshot.ts";
import type { Approval } from "../../../domain/gate/judge-approvals.ts";
import type { Measurement } from "../../../domain/gate/judge-measurements.ts";
import type { GateRun } from "../../../domain/rollout/gate.ts";
import type { Phase } from "../../../domain/rollout/phase.ts";
import type { RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { Db } from "../database.ts";

interface RunRow {
  readonly id: string;
  readonly rollout_id: string;
  readonly application: string;
  readonly environment: string;
  readonly phase: Phase;
  readonly skipped_waves: readonly number[];
  readonly stopped: boolean;
  readonly strategy: RolloutStrategy;
  readonly actor: string;
  readonly wave: number;
  readonly side: GateRun["when"];
  readonly gate: string;
  readonly state: GateRun["state"];
  readonly attempt: number;
  readonly opened_at: Instant;
}

/** The runs themselves first, then what was measured and said of them: what comes in between makes the write stale. */
export async function loadGates(
  db: Db,
  which: { readonly runId: string } | { readonly rolloutId: string },
): Promise<readonly GateSnapshot[]> {
  const [column, id] = "runId" in which ? (["g.id", which.runId] as const) : (["g.rollout_id", which.rolloutId] as const);
  const { rows } = await db.query<RunRow & Record<string, unknown>>({
    name: `gates-load-by-${column}`,
    text: `select g.id, g.rollout_id, r.application, r.environment, r.phase, r.skipped_waves, exists (select 1 from emergency_stop) as stopped, r.strategy, r.actor, g.wave, g.side, g.gate, g.state,
                  g.attempt, g.opened_at
             from gate_runs g join rollouts r on r.id = g.rollout_id where ${column} = $1 order by g.opened_at, g.wave, g.side desc, g.gate`,
    values: [id],
  });
  const ids = rows.map((row) => row.id);
  const measurements = await loadMeasurements(db, ids);
  const approvals = await loadApprovals(db, ids);
  return rows.flatMap((row): GateSnapshot[] => {
    const wave = row.strategy.waves[row.wave];
    const gate = wave?.gates[row.side].find(({ name }) => name === row.gate);
    if (wave === undefined || gate === undefined) return [];
    return [
      {
        runId: row.id,
        rolloutId: row.rollout_id,
        application: row.application,
        environment: row.environment,
        phase: row.phase,
        isAsked: row.phase === "Running" && !row.stopped && !row.skipped_waves.includes(row.wave),
        place: { wave: row.wave, when: row.side, gate: row.gate },
        waveName: wave.name,
        gate,
        state: row.state,
        attempt: row.attempt,
        openedAt: row.opened_at,
        initiator: row.actor,
        measurements: measurements.get(row.id) ?? [],
        approvals: approvals.get(row.id) ?? [],
      },
    ];
  });
}

async function loadMeasurements(db: Db, runIds: readonly string[]): Promise<ReadonlyMap<string, readonly Measurement[]>> {
  const { rows } = await db.query<Omit<Measurement, "value"> & { readonly run_id: string; readonly value: string | null }>({
    name: "gate-measurements-load",
    text: `select m.run_id, m.n, m.at, m.ok, m.value, m.message
             from gate_measurements m join gate_runs g on g.id = m.run_id and g.attempt = m.attempt where m.run_id = any ($1) order by m.n`,
    values: [runIds],
  });
  return Map.groupBy(
    rows.map(({ value, ...row }) => ({ ...row, value: value ?? undefined })),
    ({ run_id }) => run_id,
  );
}

async function loadApprovals(db: Db, runIds: readonly string[]): Promise<ReadonlyMap<string, readonly Approval[]>> {
  const { rows } = await db.query<Approval & { readonly run_id: string; readonly [column: string]: unknown }>({
    name: "gate-approvals-load",
    text: `select a.run_id, a.subject, a.role, a.decision, a.reason, a.at
             from gate_approvals a join gate_runs g on g.id = a.run_id and g.attempt = a.attempt
            where a.run_id = any ($1) order by a.at, a.subject`,
    values: [runIds],
  });
  return Map.groupBy(rows, ({ run_id }) => run_id);
}
