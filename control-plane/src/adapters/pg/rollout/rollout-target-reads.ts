import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import type { Reason, RolloutTarget, TargetState as ShownState } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { TargetFilter } from "../../../app/read-models.ts";
import { describeTarget } from "../../../domain/rollout/describe.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";

export const shownStates = {
  waiting: "Waiting",
  unchanged: "Unchanged",
  inFlight: "InFlight",
  succeeded: "Succeeded",
  failed: "Failed",
  offline: "Offline",
  left: "Left",
  skipped: "Skipped",
} as const satisfies Record<TargetState, ShownState>;

const storedState = (shown: ShownState): string => shown.slice(0, 1).toLowerCase() + shown.slice(1);

interface TargetRow {
  readonly rollout_id: string;
  readonly cluster: string;
  readonly cluster_id: ClusterId;
  readonly state: TargetState;
  readonly wave: number | null;
  readonly generation: number | null;
  readonly previous_revision: string | null;
  readonly dispatched_at: Instant | null;
  readonly acknowledged_at: Instant | null;
  readonly succeeded_at: Instant | null;
  readonly failed_at: Instant | null;
  readonly because: TargetReason | null;
}

/** By name, which is how people look for a cluster. */
export async function listTargets(
  db: Db,
  id: string,
  { state, only }: TargetFilter,
  { size, after }: PageRequest,
): Promise<Page<RolloutTarget>> {
  const { rows } = await db.query<TargetRow & Record<string, unknown>>({
    name: "rollout-targets-list",
    text: `select t.rollout_id, c.name as cluster, t.cluster_id, t.state, t.wave, t.generation, t.previous_revision, t.dispatched_at,
                  coalesce(t.acknowledged_at, case when a.generation = t.generation then a.acknowledged_at end) as acknowledged_at,
                  t.succeeded_at, t.failed_at, t.because
             from rollout_targets t join clusters c on c.id = t.cluster_id join rollouts r on r.id = t.rollout_id
             left join assignments a on a.cluster_id = t.cluster_id and a.application = r.application
            where t.rollout_id = $1 and ($2::text is null or t.state = $2)
              and ($6::text[] is null or t.cluster_id = any ($6)) and ($3::text is null or (c.name, c.id) > ($3, $4))
            order by c.name, c.id limit $5`,
    values: [id, state === undefined ? null : storedState(state), after?.[0] ?? null, after?.[1] ?? null, size + 1, only ?? null],
  });
  return pageOf(rows, size, shown, (row) => [row.cluster, row.cluster_id]);
}

const time = <Key extends string>(key: Key, at: Instant | null): { readonly [K in Key]?: string } =>
  (at === null ? {} : { [key]: rfc3339(at) }) as { readonly [K in Key]?: string };

const shown = (row: TargetRow): RolloutTarget => ({
  rolloutId: row.rollout_id,
  cluster: row.cluster,
  clusterId: row.cluster_id,
  state: shownStates[row.state],
  ...(row.wave === null ? {} : { wave: row.wave }),
  ...(row.generation === null ? {} : { generation: row.generation }),
  ...(row.previous_revision === null ? {} : { previousRevision: row.previous_revision }),
  ...time("dispatchedAt", row.dispatched_at),
  ...time("acknowledgedAt", row.acknowledged_at),
  ...time("succeededAt", row.succeeded_at),
  ...time("failedAt", row.failed_at),
  ...(row.because === null ? {} : { because: shownTargetReason(row.because) }),
});

export const shownTargetReason = (because: TargetReason): Reason => ({
  ...because,
  ...("since" in because ? { since: rfc3339(because.since) } : {}),
  ...("lastSeen" in because && because.lastSeen !== undefined ? { lastSeen: rfc3339(because.lastSeen) } : {}),
  message: describeTarget(because),
});
