import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import { type Reason, type RolloutTarget, rolloutTargetFields, type TargetState as ShownState } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import { describeTarget } from "../../../domain/rollout/describe.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";
import { type List, listPage, spelled } from "../list.ts";

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

const acknowledgedAt = "coalesce(t.acknowledged_at, case when a.generation = t.generation then a.acknowledged_at end)";

/** By name, which is how people look for a cluster. */
const targetsOf = (rollout: string): List<keyof typeof rolloutTargetFields> => ({
  name: "rollout-targets-list",
  fields: rolloutTargetFields,
  columns: {
    cluster: "c.name",
    clusterId: "t.cluster_id",
    state: spelled("t.state", shownStates),
    wave: "t.wave",
    generation: "t.generation",
    previousRevision: "t.previous_revision",
    dispatchedAt: "t.dispatched_at",
    acknowledgedAt,
    succeededAt: "t.succeeded_at",
    failedAt: "t.failed_at",
  },
  select: `t.rollout_id, c.name as cluster, t.cluster_id, t.state, t.wave, t.generation, t.previous_revision, t.dispatched_at,
           ${acknowledgedAt} as acknowledged_at, t.succeeded_at, t.failed_at, t.because`,
  from: `rollout_targets t
         join clusters c on c.id = t.cluster_id
         join rollouts r on r.id = t.rollout_id
         left join assignments a on a.cluster_id = t.cluster_id and a.application = r.application`,
  where: "t.rollout_id = $1",
  values: [rollout],
  order: [],
  unique: ["cluster", "clusterId"],
  labelled: { clusterId: "t.cluster_id" },
});

export const listTargets = (db: Db, rollout: string, request: ListRequest): Promise<Page<RolloutTarget>> =>
  listPage(db, targetsOf(rollout), request, shown);

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
