import type { TargetState } from "../../../control-plane/src/domain/rollout/target.ts";
import type { RolloutRow, TargetRow, TransitionRow } from "../memory/rows.ts";
import type { Watch } from "./watch.ts";

/** Written down again from what the phases mean, so that a slip in the engine's own table is seen. */
const legal: Readonly<Record<string, readonly string[]>> = {
  "": ["Pending"],
  Pending: ["Running", "Paused", "Superseded", "Aborted"],
  Running: ["Paused", "Halted", "RollingBack", "Completed", "Superseded", "Aborted"],
  Paused: ["Running", "RollingBack", "Superseded", "Aborted"],
  Halted: ["Running", "RollingBack", "Superseded", "Aborted"],
  Aborted: ["Running"],
  RollingBack: ["Paused", "Halted", "RolledBack", "Superseded"],
};

/** A failure is latched until a person has it retried; a success can only be lost to a failure. */
const legalForTargets: Readonly<Record<TargetState, readonly TargetState[]>> = {
  waiting: ["inFlight", "offline", "succeeded", "failed", "unchanged", "left", "skipped"],
  inFlight: ["waiting", "offline", "succeeded", "failed", "left"],
  offline: ["waiting", "inFlight", "succeeded", "failed", "left", "skipped"],
  succeeded: ["failed", "left"],
  failed: ["waiting", "left"],
  unchanged: ["waiting", "left"],
  skipped: ["waiting", "left"],
  left: ["waiting", "inFlight", "offline", "succeeded", "failed", "unchanged"],
};

/** Every change of state is written down once, in the transaction that makes it, and is one that may be. */
export const watchTransitions: Watch = (world) => {
  const fail = (message: string): void => world.fail("transitions are legal and recorded once", message);
  return {
    committed(changes) {
      const recorded = new Map<string, TransitionRow>();
      for (const { table, after } of changes)
        if (table === "rollout_transitions") {
          const row = after as TransitionRow;
          recorded.set(`${row.rolloutId} ${row.clusterId}`, row);
        }
      for (const change of changes) {
        if (change.table === "rollouts") checkRollout(change.before as RolloutRow | undefined, change.after as RolloutRow, recorded, fail);
        if (change.table === "rollout_targets")
          checkTarget(change.before as TargetRow | undefined, change.after as TargetRow, recorded, fail);
      }
    },
  };
};

type Recorded = ReadonlyMap<string, TransitionRow>;

function checkRollout(before: RolloutRow | undefined, after: RolloutRow, recorded: Recorded, fail: (message: string) => void): void {
  const from = before?.phase ?? "";
  if (before !== undefined && after.version !== before.version + 1 && after.version !== before.version)
    fail(`rollout ${after.id} went from version ${before.version} to ${after.version}`);
  if (from === after.phase) return;
  if (legal[from]?.includes(after.phase) !== true) fail(`rollout ${after.id} went from ${from} to ${after.phase}`);
  const row = recorded.get(`${after.id} `);
  if (row?.from !== from || row.to !== after.phase) fail(`rollout ${after.id} is ${after.phase}, and nobody wrote down why`);
}

function checkTarget(before: TargetRow | undefined, after: TargetRow, recorded: Recorded, fail: (message: string) => void): void {
  // Joining anew is written down as such where a rollout is under way, and with the rollout where it begins.
  if (after.state === "waiting" && after.wave === undefined && after.generation === undefined) return;
  if (before === undefined) return;
  if (before.wave !== undefined && after.wave !== undefined && before.wave !== after.wave)
    fail(`target ${after.rolloutId} ${after.clusterId} changed from wave ${before.wave} to ${after.wave}`);
  if (before.state === after.state) return;
  if (!legalForTargets[before.state].includes(after.state))
    fail(`target ${after.rolloutId} ${after.clusterId} went from ${before.state} to ${after.state}`);
  const row = recorded.get(`${after.rolloutId} ${after.clusterId}`);
  if (row?.from !== before.state || row.to !== after.state)
    fail(`target ${after.rolloutId} ${after.clusterId} went from ${before.state} to ${after.state}, and nobody wrote it down`);
}
