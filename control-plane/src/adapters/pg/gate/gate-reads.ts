import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { gateFields, type RolloutGate } from "@drover/proto/rest";
import { type ListRequest, type Page, unfiltered } from "../../../app/page.ts";
import type { GateReads } from "../../../app/read-models.ts";
import type { Approval } from "../../../domain/gate/judge-approvals.ts";
import type { GateCheck, GateRun } from "../../../domain/rollout/gate.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";

/** As many waves as a strategy has, on both sides. */
const maxNamed = 200;

export const createGateReads = (db: Db): GateReads => ({
  list: (rolloutId, request) => listGates(db, rolloutId, request),
  named: async (rolloutId, gate) => {
    const page = unfiltered({ size: maxNamed, after: undefined });
    return (await listGates(db, rolloutId, { ...page, only: { gate: [gate] } })).items;
  },
  async get(runId) {
    const { rows } = await db.query<GateRow>({ name: "gate-get", text: `select ${columns} from ${runs} where g.id = $1`, values: [runId] });
    return rows[0] && shown(rows[0]);
  },
});

interface GateRow {
  readonly id: string;
  readonly rollout_id: string;
  readonly gate: string;
  readonly type: GateCheck["kind"];
  readonly wave: string;
  readonly side: GateRun["when"];
  readonly state: GateRun["state"];
  readonly message: string;
  readonly attempt: number;
  readonly opened_at: Instant;
  readonly next_at: Instant | null;
  readonly settled_at: Instant | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly measurements: readonly MeasuredJson[] | null;
  readonly approvals: readonly (Omit<Approval, "at"> & { readonly attempt: number; readonly at: string })[] | null;
  readonly [column: string]: unknown;
}

interface MeasuredJson {
  readonly attempt: number;
  readonly n: number;
  readonly at: string;
  readonly ok: boolean;
  readonly value: string | null;
  readonly message: string;
}

/** Of each gate; the rest is in the database. */
const maxMeasurements = 20;

const columns = `
  g.id, g.rollout_id, g.gate, g.side, g.state, g.message, g.attempt, g.opened_at, g.next_at, g.settled_at,
         w.wave->>'name' as wave,
         (select one->'check'->>'kind' from jsonb_array_elements(w.wave->'gates'->g.side) one where one->>'name' = g.gate) as type,
         (select count(*)::int from gate_measurements m where m.run_id = g.id and m.attempt = g.attempt and m.ok) as succeeded,
         (select count(*)::int from gate_measurements m where m.run_id = g.id and m.attempt = g.attempt and not m.ok) as failed,
         (select jsonb_agg(to_jsonb(m) order by m.attempt desc, m.n desc)
            from (select attempt, n, at, ok, value, message from gate_measurements where run_id = g.id
                   order by attempt desc, n desc limit ${maxMeasurements}) m) as measurements,
         (select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'subject', a.subject, 'role', a.role, 'decision', a.decision,
                                              'reason', a.reason, 'at', a.at) order by a.at, a.subject)
            from gate_approvals a where a.run_id = g.id) as approvals`;

const runs = `
  gate_runs g
  join rollouts r on r.id = g.rollout_id
  cross join lateral (select r.strategy->'waves'->g.wave as wave) w`;

const gatesOf = (rolloutId: string): List<keyof typeof gateFields> => ({
  name: "gates-list",
  fields: gateFields,
  columns: {
    gate: "g.gate",
    type: "(select one->'check'->>'kind' from jsonb_array_elements(w.wave->'gates'->g.side) one where one->>'name' = g.gate)",
    wave: "(w.wave->>'name')",
    when: "initcap(g.side)",
    state: "g.state",
    message: "g.message",
    attempt: "g.attempt",
    openedAt: "g.opened_at",
    nextAt: "g.next_at",
    settledAt: "g.settled_at",
  },
  select: columns,
  from: runs,
  where: "g.rollout_id = $1",
  values: [rolloutId],
  order: [{ field: "openedAt", descending: false }],
  unique: [{ sql: "g.id", type: "text" }],
});

async function listGates(db: Db, rolloutId: string, request: ListRequest): Promise<Page<RolloutGate>> {
  const { rowCount } = await db.query({ name: "gates-rollout", text: "select 1 from rollouts where id = $1", values: [rolloutId] });
  if (rowCount === 0)
    throw new DroverError(
      "not-found",
      "ROLLOUT_NOT_FOUND",
      `list gates of rollout ${rolloutId}: there is none; list them with \`drover get rollouts\``,
    );
  return listPage(db, gatesOf(rolloutId), request, shown);
}

const utc = (at: string): string => new Date(at).toISOString();

const shown = (row: GateRow): RolloutGate => ({
  rolloutId: row.rollout_id,
  gate: row.gate,
  type: row.type,
  wave: row.wave,
  when: row.side === "before" ? "Before" : "After",
  state: row.state,
  message: row.message,
  attempt: row.attempt,
  openedAt: rfc3339(row.opened_at),
  ...(row.next_at === null ? {} : { nextAt: rfc3339(row.next_at) }),
  ...(row.settled_at === null ? {} : { settledAt: rfc3339(row.settled_at) }),
  succeeded: row.succeeded,
  failed: row.failed,
  measurements: (row.measurements ?? []).map(({ value, at, ...rest }) => ({ ...rest, at: utc(at), ...(value === null ? {} : { value }) })),
  approvals: (row.approvals ?? []).map(({ at, decision, ...rest }) => ({
    ...rest,
    decision: decision === "approve" ? "Approve" : "Reject",
    at: utc(at),
  })),
});
