import type { Instant } from "@drover/kit";
import type { FailingObject } from "@drover/proto/wire";
import type { Pause } from "../../../domain/explain/explain-pause.ts";
import type { QuarantineFacts } from "../../../domain/explain/explain-rollback.ts";
import type { RolloutFacts } from "../../../domain/explain/explain-rollout.ts";
import type { ExplainedTarget } from "../../../domain/explain/explain-target.ts";
import type { HoldSummary } from "../../../domain/rollout/holds.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { Phase } from "../../../domain/rollout/phase.ts";
import type { RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { Db } from "../database.ts";
import { newerRollout } from "../rollout/newer-rollout.ts";
import { targetColumns, type TargetRow, targetSources, toTarget } from "../rollout/target-rows.ts";

interface RolloutRow {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly phase: Phase;
  readonly revision: string;
  readonly strategy: RolloutStrategy;
  readonly holds: readonly HoldSummary[];
  readonly finished_at: Instant | null;
  readonly pause: Pause | null;
  readonly reason: string;
  readonly rolls_back: string | null;
  readonly rolled_back_revision: string | null;
  readonly rollback: string | null;
  readonly quarantine: QuarantineFacts | null;
  readonly can_go_back: boolean;
  readonly newer: string | null;
  readonly left_out: RolloutFacts["leftOut"] | null;
  readonly ended: { readonly by?: string; readonly reason?: string } | null;
}

/** SQL: nobody may roll the revision of the rollout `c` out, by the file or by a row that is about to become one. */
const isQuarantined = `(
  exists (select from quarantines q
           where q.application = c.application and q.kind = 'Revision' and q.revision = c.revision and q.state = 'InForce')
  or exists (select from fleet_objects o, jsonb_array_elements(o.form -> 'revisions') e
              where o.kind = 'Quarantine' and o.name = c.application and starts_with(c.revision, e.value ->> 'revision')))`;

export async function loadRolloutFacts(db: Db, id: string): Promise<RolloutFacts | undefined> {
  const { rows } = await db.query<RolloutRow & Record<string, unknown>>({
    name: "explain-rollout",
    text: `select id, application, environment, phase, revision, strategy, holds, finished_at, reason, rolls_back,
                  kind = 'Rollout' and exists (
                    select from rollouts c
                     where c.application = r.application and c.environment = r.environment and c.scope = 'Environment' and c.phase = 'Completed'
                       and c.revision <> r.revision and not ${isQuarantined}) as can_go_back,
                  ${newerRollout("r")} as newer,
                  (select jsonb_agg(jsonb_build_object('state', o.state, 'clusters', o.clusters) order by o.state)
                     from (select state, count(*) as clusters from rollout_targets
                            where rollout_id = r.id and r.phase = 'Completed' and state in ('skipped', 'failed', 'offline') group by state) o) as left_out,
                  (select revision from rollouts where id = r.rolls_back) as rolled_back_revision,
                  (select id from rollouts where rolls_back = r.id) as rollback,
                  (select jsonb_build_object('name', case kind when 'Revision' then revision else id end, 'kind', kind, 'problem', problem)
                     from quarantines q
                    where rollout_id = coalesce(r.rolls_back, r.id)
                      and (state = 'InForce' or state = 'Committed' and exists (
                        select from fleet_objects o cross join lateral jsonb_array_elements(o.form -> 'revisions') e
                         where o.kind = 'Quarantine' and o.name = q.application and e ->> 'revision' = q.revision))
                    order by created_at desc, id limit 1) as quarantine,
                  (select because from rollout_transitions
                    where rollout_id = r.id and cluster_id = '' and event in ('superseded', 'aborted') order by step desc limit 1) as ended,
                  (select jsonb_build_object('actor', actor, 'because', because) from rollout_transitions
                    where rollout_id = r.id and cluster_id = '' and event = 'paused' order by step desc limit 1) as pause
             from rollouts r where id = $1`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const { application, environment, phase, revision, strategy, holds, ended } = row;
  return {
    id,
    application,
    environment,
    phase,
    revision,
    strategy,
    holds,
    targets: await loadUnsettled(db, row),
    canGoBack: row.can_go_back,
    supersededBy: ended?.by,
    endedBecause: ended?.reason,
    overtakenBy: row.newer ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    leftOut: row.left_out ?? [],
    pause: row.pause ?? undefined,
    ...(await loadRollbackFacts(db, row)),
  };
}

async function loadRollbackFacts(db: Db, row: RolloutRow): Promise<Pick<RolloutFacts, "rollsBack" | "rollback" | "quarantine">> {
  const { quarantine, rolls_back, rolled_back_revision, reason } = row;
  const rollback = row.rollback === null ? undefined : await loadRolloutFacts(db, row.rollback);
  return {
    ...(rolls_back === null ? {} : { rollsBack: { id: rolls_back, revision: rolled_back_revision ?? "", reason } }),
    ...(rollback === undefined ? {} : { rollback }),
    ...(quarantine === null ? {} : { quarantine: { ...quarantine, problem: quarantine.problem ?? undefined } }),
  };
}

export type ExplainedRow = TargetRow & {
  readonly because: TargetReason | null;
  readonly failing: readonly FailingObject[] | null;
  readonly sync_reason: string | null;
  readonly sync_message: string | null;
};

export const explainedColumns = `${targetColumns}, t.because, s.failing, s.reason as sync_reason, s.message as sync_message`;

/** What was reported of another generation explains nothing of this one. */
export function toExplained(row: ExplainedRow): ExplainedTarget {
  const speaksOfThis = row.s_generation !== null && row.s_generation === row.generation;
  return {
    ...toTarget(row),
    because: row.because ?? undefined,
    failing: speaksOfThis ? (row.failing ?? []) : [],
    syncReason: speaksOfThis ? (row.sync_reason ?? undefined) : undefined,
    syncMessage: speaksOfThis ? (row.sync_message ?? undefined) : undefined,
  };
}

/** An answer names a few clusters; the worst come first. */
const maxTargets = 20;

async function loadUnsettled(db: Db, { id, application, environment }: RolloutRow): Promise<readonly ExplainedTarget[]> {
  const { rows } = await db.query<ExplainedRow>({
    name: "explain-rollout-targets",
    text: `select ${explainedColumns} ${targetSources}
            where t.rollout_id = $1
              and (t.state in ('failed', 'inFlight', 'offline') or t.state = 'succeeded' and s.health = 'Degraded' and s.generation = t.generation)
            order by array_position(array['failed', 'succeeded', 'inFlight', 'offline'], t.state), s.health = 'Degraded' desc nulls last, c.name
            limit $4`,
    values: [id, application, environment, maxTargets],
  });
  return rows.map(toExplained);
}
