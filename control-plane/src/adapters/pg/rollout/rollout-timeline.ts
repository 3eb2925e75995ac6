import { type Instant, rfc3339 } from "@drover/kit";
import { type Reason, type TimelineEntry, timelineFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import { describeHold, describeTarget } from "../../../domain/rollout/describe.ts";
import { describeStep } from "../../../domain/rollout/describe-step.ts";
import type { HoldReason } from "../../../domain/rollout/holds.ts";
import type { TargetReason } from "../../../domain/rollout/judge.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { shownState } from "./rollout-transition-reads.ts";

interface TimelineRow {
  readonly at: Instant;
  readonly kind: string;
  readonly event: string;
  readonly actor: string;
  readonly step: number | null;
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly wave: string | null;
  readonly clusters: number | null;
  readonly names: readonly string[] | null;
  readonly because: (Reason & { readonly reason?: string }) | null;
}

/**
 * The columns that every source of entries has: `rank` and `key` order what happened in one transaction. `$1` is the rollout. One that
 * rolls back by itself has the change of what failed, and that alone was asked for.
 */
const promotion = (event: string, at: string, rank: number, which: string): string => `
  select i.${at} as at, ${rank} as rank, i.id as key, i.kind, '${event}' as event, i.actor, null::bigint as step, null as from_state, null as to_state,
         null as wave, null::bigint as clusters, null::text[] as names, jsonb_build_object('kind', 'Asked', 'reason', i.reason) as because
    from rollouts r join intents i on i.commit = r.change_id and i.kind in ('Promotion', 'Rollback')
     and i.edit ->> 'application' = r.application and i.edit ->> 'environment' = r.environment
   where r.id = $1 and r.rolls_back is null and i.${at} is not null and ${which}`;

/** Who asked for what was pinned already made no commit, and moved nothing: it was fulfilled as it came. */
const movesNothing = "i.settled_at = i.created_at";
const moves = `(${movesNothing}) is not true`;

/** A rollout starts before its clusters move, and ends because they have. */
const ownSteps = `
  select t.at, case when t.event in ('created', 'started', 'resumed', 'takenUp') then 2 else 4 end, lpad(t.step::text, 12, '0'), 'Rollout', t.event, t.actor, t.step, t.from_state, t.to_state,
         case when t.event = 'waveSkipped' then (select r.strategy -> 'waves' -> (t.because ->> 'wave')::int ->> 'name' from rollouts r where r.id = $1) end,
         null, null, t.because
    from rollout_transitions t where t.rollout_id = $1 and t.cluster_id = ''`;

/**
 * Clusters that one step moved alike are one entry; `listRolloutTransitions` has each. What was reported stands before what was given
 * because of it.
 */
const clusterSteps = `
  select min(t.at), 3, lpad(t.step::text, 12, '0') || (t.to_state = 'inFlight')::int || t.event || t.to_state, 'Clusters', t.event, t.actor, t.step, t.from_state, t.to_state,
         null, count(*), (array_agg(c.name order by c.name))[1:5], (array_agg(t.because order by c.name))[1]
    from rollout_transitions t left join clusters c on c.id = t.cluster_id
   where t.rollout_id = $1 and t.cluster_id <> '' group by t.step, t.event, t.actor, t.from_state, t.to_state`;

/** What people asked for and what moved nothing: it was so already, or was refused. What moved something is a step in the same transaction. */
const orders = `
  select a.at, 5, lpad(a.id::text, 20, '0'), 'Order', a.action, a.actor, null, null, a.result, null, null, null,
         a.details || jsonb_build_object('kind', 'Asked')
    from audit a where a.object = 'rollouts/' || $1
     and not exists (select from rollout_transitions t where t.rollout_id = $1 and t.at = a.at)`;

/** What people laid over the whole fleet, or set aside for the place, while the rollout was there. */
const restrictions = `
  select a.at, 5, lpad(a.id::text, 20, '0'), 'Restriction', a.action, a.actor, null, null, a.result, null, null, null,
         a.details || jsonb_build_object('kind', 'Asked')
    from rollouts r
    join audit a on a.at between r.created_at and coalesce(r.finished_at, now())
     and (a.object = 'fleet' or starts_with(a.object, 'break-glass/') and a.details ->> 'environment' = r.environment
                                and coalesce(a.details ->> 'application', r.application) = r.application)
   where r.id = $1 and a.result = 'allowed'`;

/** Another source of entries is one more select with these columns. */
const sources = [
  promotion("asked", "created_at", 0, moves),
  promotion("committed", "settled_at", 1, moves),
  promotion("askedAgain", "created_at", 0, movesNothing),
  ownSteps,
  clusterSteps,
  orders,
  restrictions,
];

const timelineOf = (rollout: string): List<keyof typeof timelineFields> => ({
  name: "rollout-timeline",
  fields: timelineFields,
  columns: { at: "e.at", kind: "e.kind", event: "e.event", actor: "e.actor", step: "e.step", wave: "e.wave" },
  select: "e.*",
  from: `(${sources.join("\n  union all")}) e`,
  values: [rollout],
  order: [{ field: "at", descending: false }],
  unique: [
    { sql: "e.rank", type: "integer" },
    { sql: "e.key", type: "text" },
  ],
});

export const listTimeline = (db: Db, rollout: string, request: ListRequest): Promise<Page<TimelineEntry>> =>
  listPage(db, timelineOf(rollout), request, shown);

function shown(row: TimelineRow): TimelineEntry {
  const { kind, event, step, wave, names, because } = row;
  const spell = kind === "Clusters" ? shownState : (state: string): string => state;
  const from = row.from_state === null || row.from_state === "" ? undefined : row.from_state;
  const to = row.to_state ?? undefined;
  const clusters = row.clusters ?? undefined;
  const words = becauseText(row);
  const recorded = {
    kind,
    event,
    ...(to === undefined ? {} : { to }),
    ...(clusters === undefined ? {} : { clusters }),
    ...(wave === null ? {} : { wave }),
  };
  return {
    at: rfc3339(row.at),
    kind,
    event,
    message: describeStep({ ...recorded, ...(words === undefined ? {} : { because: words }) }),
    actor: row.actor,
    ...(step === null ? {} : { step }),
    ...(from === undefined ? {} : { from: spell(from) }),
    ...(to === undefined ? {} : { to: spell(to) }),
    ...(wave === null ? {} : { wave }),
    ...(clusters === undefined ? {} : { clusters: { count: clusters, names: [...(names ?? [])] } }),
    ...(because === null ? {} : { because }),
  };
}

/** People's orders carry what they said; of the rest, the planner knows the words. None where the step itself says as much. */
function becauseText({ kind, because }: TimelineRow): string | undefined {
  switch (because?.kind) {
    case undefined:
    case "Change":
    case "NothingWanted":
    case "Dispatched":
    case "Healthy":
    case "Left":
      return undefined;
    case "Asked":
      return because?.reason;
    case "Superseded":
      return `rollout ${String(because?.["by"])}`;
    case "GateOpened":
    case "GatePassed":
    case "Approved":
    case "Rejected":
    case "Overridden":
      return aboutGate(because);
    case "GateFailed":
      // Of a gate's own step its words, of the rollout that it halted the hold.
      return because?.message === undefined ? describeHold(because as unknown as HoldReason) : aboutGate(because);
    default:
      return kind === "Clusters" ? describeTarget(because as unknown as TargetReason) : describeHold(because as unknown as HoldReason);
  }
}

const aboutGate = ({ gate, when, wave, message }: Reason): string =>
  `${String(gate)} ${String(when)} wave ${String(wave)}: ${String(message)}`;
