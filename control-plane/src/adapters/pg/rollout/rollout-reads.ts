import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Reason, type Rollout, rolloutFields, type RolloutPhase, type TargetCounts } from "@drover/proto/rest";
import type { RolloutReads } from "../../../app/read-models.ts";
import { describeHold } from "../../../domain/rollout/describe.ts";
import type { HoldSummary } from "../../../domain/rollout/holds.ts";
import type { RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { listTargets, shownStates } from "./rollout-target-reads.ts";
import { listTimeline } from "./rollout-timeline.ts";
import { listTransitions } from "./rollout-transition-reads.ts";

export const createRolloutReads = (db: Db): RolloutReads => ({
  list: (request) => listPage(db, rollouts, request, shown),
  get: (id) => get(db, id),
  targets: async (id, request) => {
    await get(db, id);
    return listTargets(db, id, request);
  },
  transitions: async (id, request) => {
    await get(db, id);
    return listTransitions(db, id, request);
  },
  timeline: async (id, request) => {
    await get(db, id);
    return listTimeline(db, id, request);
  },
});

interface RolloutRow {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly kind: Rollout["kind"];
  readonly rolls_back: string | null;
  readonly scope: "Environment" | "Clusters";
  readonly change_id: string;
  readonly release_id: string;
  readonly release: string;
  readonly revision: string;
  readonly previous_revision: string | null;
  readonly phase: RolloutPhase;
  readonly strategy: RolloutStrategy;
  readonly accepted_failures: number;
  readonly holds: readonly HoldSummary[];
  readonly actor: string;
  readonly reason: string;
  readonly created_at: Instant;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
  readonly version: number;
  readonly counts: readonly { readonly wave: number | null; readonly state: TargetState; readonly n: number }[] | null;
}

const selected = `
  r.id, r.application, r.environment, r.kind, r.rolls_back, r.scope, r.change_id, r.release_id, rel.application || '-' || rel.number as release,
  r.revision, r.previous_revision, r.phase, r.strategy, r.accepted_failures, r.holds, r.actor, r.reason, r.created_at, r.started_at, r.finished_at,
  r.version,
  (select jsonb_agg(jsonb_build_object('wave', g.wave, 'state', g.state, 'n', g.n))
     from (select wave, state, count(*) as n from rollout_targets where rollout_id = r.id group by 1, 2) g) as counts`;

const rollouts: List<keyof typeof rolloutFields> = {
  name: "rollouts-list",
  fields: rolloutFields,
  columns: {
    id: "r.id",
    application: "r.application",
    environment: "r.environment",
    kind: "r.kind",
    rollsBack: "r.rolls_back",
    scope: "r.scope",
    changeId: "r.change_id",
    releaseId: "r.release_id",
    release: "(rel.application || '-' || rel.number)",
    revision: "r.revision",
    previousRevision: "r.previous_revision",
    phase: "r.phase",
    actor: "r.actor",
    reason: "r.reason",
    createdAt: "r.created_at",
    startedAt: "r.started_at",
    finishedAt: "r.finished_at",
  },
  select: selected,
  from: "rollouts r join releases rel on rel.id = r.release_id",
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

async function get(db: Db, id: string): Promise<Rollout> {
  const { rows } = await db.query<RolloutRow & Record<string, unknown>>({
    name: "rollouts-get",
    text: `select ${selected} from rollouts r join releases rel on rel.id = r.release_id where r.id = $1`,
    values: [id],
  });
  if (rows[0] === undefined) throw new DroverError("not-found", "ROLLOUT_NOT_FOUND", `rollout ${id}: there is none with this id`);
  return shown(rows[0]);
}

const shown = (row: RolloutRow): Rollout => ({
  id: row.id,
  application: row.application,
  environment: row.environment,
  kind: row.kind,
  ...(row.rolls_back === null ? {} : { rollsBack: row.rolls_back }),
  scope: row.scope,
  changeId: row.change_id,
  releaseId: row.release_id,
  release: row.release,
  revision: row.revision,
  ...(row.previous_revision === null ? {} : { previousRevision: row.previous_revision }),
  phase: row.phase,
  strategy: { ...row.strategy },
  acceptedFailures: row.accepted_failures,
  targets: countsOf(row.counts ?? []),
  waves: row.strategy.waves.map(({ name }, index) => ({
    index,
    name,
    targets: countsOf((row.counts ?? []).filter(({ wave }) => wave === index)),
  })),
  holds: row.holds.map(shownHold),
  actor: row.actor,
  reason: row.reason,
  createdAt: rfc3339(row.created_at),
  ...(row.started_at === null ? {} : { startedAt: rfc3339(row.started_at) }),
  ...(row.finished_at === null ? {} : { finishedAt: rfc3339(row.finished_at) }),
  version: row.version,
});

function countsOf(counts: NonNullable<RolloutRow["counts"]>): TargetCounts {
  const total = { Waiting: 0, Unchanged: 0, InFlight: 0, Succeeded: 0, Failed: 0, Offline: 0, Left: 0, Skipped: 0 };
  for (const { state, n } of counts) total[shownStates[state]] += n;
  return total;
}

function shownHold({ because, clusters }: HoldSummary): Reason {
  const shown = {
    ...because,
    ...("until" in because && because.until !== undefined ? { until: rfc3339(because.until) } : {}),
    ...("since" in because ? { since: rfc3339(because.since) } : {}),
    ...("lastSeen" in because && because.lastSeen !== undefined ? { lastSeen: rfc3339(because.lastSeen) } : {}),
    message: describeHold(because),
    waitingClusters: clusters,
  };
  return shown;
}
