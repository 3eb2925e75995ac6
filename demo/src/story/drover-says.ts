import type { Promotion, Rollout, RolloutPhase } from "@drover/proto/rest";
import { application } from "../git/fleet-repository.ts";
import { never, notYet, right, waitUntil } from "../wait-until.ts";
import type { World } from "../world.ts";
import { patienceMs } from "./clusters-run.ts";

// What Drover says of its own work. It decides when a step may go on, never whether the step was a success: clusters are asked for that.

/** The environment's newest rollout of a revision, once it is in this phase. */
export function untilRollout(world: World, environment: string, revision: string, phase: RolloutPhase): Promise<Rollout> {
  return waitUntil({
    expected: `the rollout of ${revision.slice(0, 8)} to ${environment} is ${phase}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { items } = await world.api("listRollouts", { query: { application, environment, pageSize: 20 } });
      const rollout = items.find((one) => one.revision === revision);
      if (rollout === undefined) return notYet("there is none");
      return rollout.phase === phase ? right(rollout) : notYet(`it is ${rollout.phase}: ${JSON.stringify(rollout.holds)}`);
    },
  });
}

/** The commit in the fleet repository that a promotion or rollback became. */
export function untilCommitted(world: World, promotion: Promotion): Promise<string> {
  return waitUntil({
    expected: `${promotion.kind.toLowerCase()} ${promotion.id} is a commit in the fleet repository`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { state, commit, error } = await world.api("getPromotion", { params: { promotion: promotion.id } });
      if (state === "Failed") return never(error?.message ?? "it failed");
      return commit === undefined ? notYet(`it is ${state}`) : right(commit);
    },
  });
}

/** The newest commit of the application's branch that Drover knows of. */
export function untilHeadIs(world: World, environment: string, revision: string): Promise<void> {
  return waitUntil({
    expected: `Drover has seen the push of ${revision.slice(0, 8)}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { head, problem } = await world.api("getPlacement", { params: { environment, application } });
      return head === revision
        ? right(undefined)
        : notYet(`it knows ${head ?? "none"}${problem === undefined ? "" : `, ${problem.message}`}`);
    },
  });
}
