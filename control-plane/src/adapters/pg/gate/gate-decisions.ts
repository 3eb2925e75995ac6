import { DroverError, rfc3339 } from "@drover/kit";
import type { Caller } from "../../../app/access/caller.ts";
import type { GateDecisions } from "../../../app/gate/decide-gate.ts";
import type { GateSnapshot } from "../../../app/gate/gate-snapshot.ts";
import type { Approval } from "../../../domain/gate/judge-approvals.ts";
import type { GateNews } from "../../../domain/gate/verdict.ts";
import { isActive } from "../../../domain/rollout/phase.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { withdrawGateJobs } from "./gate-jobs.ts";
import { holdGate, tellOfGate, writeNews } from "./gate-news.ts";
import { loadGates } from "./gate-snapshot.ts";
import { recordSteps } from "../rollout/rollout-transitions.ts";

export const createGateDecisions = (database: Database): GateDecisions => ({
  async opened(rolloutId) {
    const { rowCount } = await database.query({
      name: "rollout-exists",
      text: "select 1 from rollouts where id = $1",
      values: [rolloutId],
    });
    if (rowCount === 0)
      throw new DroverError(
        "not-found",
        "ROLLOUT_NOT_FOUND",
        `gates of rollout ${rolloutId}: there is none; list them with \`drover get rollouts\``,
      );
    return loadGates(database, { rolloutId });
  },
  decide: (snapshot, approval, news, caller) => database.transaction((tx) => decide(tx, snapshot, approval, news, caller)),
  override: (snapshot, reason, caller) => database.transaction((tx) => override(tx, snapshot, reason, caller)),
});

/** Of two people who decide at once the second looks again: how many approvals there are is part of the decision. */
async function decide(tx: Db, snapshot: GateSnapshot, approval: Approval, news: GateNews, caller: Caller): Promise<void> {
  const { runId, rolloutId, attempt, approvals } = snapshot;
  await holdActive(tx, snapshot);
  const { rows } = await tx.query<{ said: number }>({
    name: "gate-approvals-count",
    text: "select count(*)::int as said from gate_approvals where run_id = $1 and attempt = $2",
    values: [runId, attempt],
  });
  if (rows[0]?.said !== approvals.length) throw new DroverError("stale", "GATE_CHANGED", `decide gate run ${runId}: somebody else has`);
  const { subject, role, decision, reason, at } = approval;
  await tx.query({
    name: "gate-approval-write",
    text: `insert into gate_approvals (run_id, attempt, subject, role, decision, reason, at) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (run_id, attempt, subject) do update set role = $4, decision = $5, reason = $6, at = $7`,
    values: [runId, attempt, subject, role, decision, reason, rfc3339(at)],
  });
  await auditGate(tx, snapshot, `gate.${decision}`, reason, caller);
  await recordSteps(tx, rolloutId, caller.actor, [stepOf(snapshot, decision === "approve" ? "Approved" : "Rejected", "Open", reason)]);
  await writeNews(tx, snapshot, news);
}

async function override(tx: Db, snapshot: GateSnapshot, reason: string, caller: Caller): Promise<void> {
  const { runId, rolloutId } = snapshot;
  await holdActive(tx, snapshot);
  const message = `overridden by ${caller.actor}: ${reason}`.slice(0, 500);
  await tx.query({
    name: "gate-run-override",
    text: "update gate_runs set state = 'Passed', message = $2, next_at = null, settled_at = now() where id = $1",
    values: [runId, message],
  });
  if (snapshot.gate.check.kind === "Job") await withdrawGateJobs(tx, runId);
  await auditGate(tx, snapshot, "gate.override", reason, caller);
  await recordSteps(tx, rolloutId, caller.actor, [stepOf(snapshot, "Overridden", "Passed", reason)]);
  await tellOfGate(tx, snapshot, "Passed", caller.actor, message);
}

async function holdActive(tx: Db, snapshot: GateSnapshot): Promise<void> {
  const phase = await holdGate(tx, snapshot);
  if (!isActive(phase)) throw new DroverError("stale", "GATE_CHANGED", `decide gate run ${snapshot.runId}: its rollout has ended`);
}

const stepOf = ({ state, place, waveName }: GateSnapshot, event: string, to: string, reason: string) => ({
  event,
  from: state,
  to,
  because: { kind: event, gate: place.gate, when: place.when, wave: waveName, message: reason },
});

async function auditGate(
  tx: Db,
  { rolloutId, place, waveName }: GateSnapshot,
  action: string,
  reason: string,
  caller: Caller,
): Promise<void> {
  const { actor, requestId } = caller;
  const details = { gate: place.gate, wave: waveName, when: place.when, reason };
  await recordAudit(tx, { actor, action, object: `rollouts/${rolloutId}`, result: "allowed", requestId, details });
}
