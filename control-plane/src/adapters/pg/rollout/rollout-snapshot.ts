import type { RolloutSnapshot } from "../../../app/rollout/reconcile-rollout.ts";
import type { HoldSummary } from "../../../domain/rollout/holds.ts";
import type { Rollout } from "../../../domain/rollout/plan.ts";
import type { Phase } from "../../../domain/rollout/phase.ts";
import type { RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { Db } from "../database.ts";
import { loadGateRuns } from "../gate/gate-runs.ts";
import { loadQuarantineOf } from "../rollback/quarantines.ts";
import { loadRestrictionFacts } from "../restriction/restriction-facts.ts";
import { targetColumns, type TargetRow, targetSources, toTarget, windowsOf } from "./target-rows.ts";

interface RolloutRow {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly version: number;
  readonly traceparent: string | null;
  readonly kind: Rollout["kind"];
  readonly phase: Phase;
  readonly strategy: RolloutStrategy;
  readonly accepted_failures: number;
  readonly wave_sizes: Readonly<Record<number, number>>;
  readonly skipped_waves: readonly number[];
  readonly holds: readonly HoldSummary[];
}

/**
 * The rollout first, then its targets and what restricts them: what is newer there is judged with it, and a rollout that changed in between
 * makes the commit stale. Whoever lays a restriction over it changes its version.
 */
export async function loadRollout(db: Db, id: string): Promise<RolloutSnapshot | undefined> {
  const { rows } = await db.query<RolloutRow & Record<string, unknown>>({
    name: "rollout-load",
    text: `select id, application, environment, revision, version, traceparent, kind, phase, strategy, accepted_failures, wave_sizes, skipped_waves, holds
             from rollouts where id = $1`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const { application, environment, version, kind, phase, strategy, holds } = row;
  const [quarantined, gates, targets, facts] = await Promise.all([
    loadQuarantineOf(db, application, row.revision),
    loadGateRuns(db, id),
    loadTargets(db, id, application, environment),
    loadRestrictionFacts(db, application, environment),
  ]);
  const rollout: RolloutSnapshot["rollout"] = {
    kind,
    phase,
    strategy,
    acceptedFailures: row.accepted_failures,
    waveSizes: row.wave_sizes,
    skippedWaves: row.skipped_waves,
    gates,
    ...(quarantined === undefined ? {} : { quarantined }),
  };
  return {
    id,
    application,
    environment,
    version,
    traceparent: row.traceparent ?? undefined,
    rollout,
    holds,
    targets: targets.map(toTarget),
    restrictedBy: { ...facts, clusters: targets.flatMap(windowsOf) },
  };
}

async function loadTargets(db: Db, id: string, application: string, environment: string): Promise<readonly TargetRow[]> {
  const { rows } = await db.query<TargetRow>({
    name: "rollout-targets-load",
    text: `select ${targetColumns} ${targetSources} where t.rollout_id = $1`,
    values: [id, application, environment],
  });
  return rows;
}
