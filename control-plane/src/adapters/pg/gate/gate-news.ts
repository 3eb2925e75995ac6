import { DroverError, rfc3339 } from "@drover/kit";
import type { GateSnapshot } from "../../../app/gate/gate-snapshot.ts";
import type { GateNews } from "../../../domain/gate/verdict.ts";
import type { Phase } from "../../../domain/rollout/phase.ts";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { recordSteps } from "../rollout/rollout-transitions.ts";
import { askFor } from "../work-queue.ts";

/**
 * Takes a gate for this transaction, as the snapshot has it: the rollout first, as planners and people do. Answers the rollout's phase now.
 * Throws `stale` GATE_CHANGED when somebody else has decided it or asked it once more.
 */
export async function holdGate(tx: Db, { runId, rolloutId, state, attempt }: GateSnapshot): Promise<Phase> {
  const { rows } = await tx.query<{ phase: Phase }>({
    name: "gate-rollout-hold",
    text: "select phase from rollouts where id = $1 for update",
    values: [rolloutId],
  });
  const { rowCount } = await tx.query({
    name: "gate-run-hold",
    text: "select 1 from gate_runs where id = $1 and state = $2 and attempt = $3 for update",
    values: [runId, state, attempt],
  });
  const phase = rows[0]?.phase;
  if (phase === undefined || rowCount === 0) throw new DroverError("stale", "GATE_CHANGED", `write gate run ${runId}: it has moved`);
  return phase;
}

/** A settled gate is a step of its rollout, which is looked at in any case: its holds say what the gate says. */
export async function writeNews(tx: Db, snapshot: GateSnapshot, news: GateNews): Promise<void> {
  const { runId, rolloutId, state, place, waveName } = snapshot;
  const next = news.kind === "Wait" ? news.until : undefined;
  const to = news.kind === "Wait" ? "Open" : news.kind;
  const { rowCount } = await tx.query({
    name: "gate-run-write",
    text: `update gate_runs set state = $2, message = $3, next_at = $4, settled_at = case when $2 = 'Open' then null else now() end
            where id = $1 and (state, message, next_at) is distinct from ($2, $3, $4::timestamptz)`,
    values: [runId, to, news.because.slice(0, maxMessage), next === undefined ? null : rfc3339(next)],
  });
  if (rowCount === 0) return;
  if (to !== "Open")
    await recordSteps(tx, rolloutId, "drover", [
      { event: `Gate${to}`, from: state, to, because: { kind: `Gate${to}`, ...place, wave: waveName, message: news.because } },
    ]);
  await tellOfGate(tx, snapshot, to, "drover", news.because);
}

/** As much as one line of `why` bears. */
const maxMessage = 500;

/** Watchers hear of it, and the rollout is looked at. */
export async function tellOfGate(tx: Db, snapshot: GateSnapshot, state: string, actor: string, message: string): Promise<void> {
  const { rolloutId, application, environment, place, waveName } = snapshot;
  const body = { id: rolloutId, application, environment, gate: place.gate, wave: waveName, when: place.when, state, actor, message };
  await recordEvents(tx, [{ kind: "GateChanged", subject: `rollouts/${rolloutId}`, body }]);
  await askFor(tx, "rollout", [rolloutId]);
}
