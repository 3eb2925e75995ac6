import type { ClusterId } from "@drover/kit";
import type { FailingObject } from "@drover/proto/wire";
import type { RolloutSnapshot } from "../../../app/rollout/reconcile-rollout.ts";
import { describeHold } from "../../../domain/rollout/describe.ts";
import type { HoldReason } from "../../../domain/rollout/holds.ts";
import type { RolloutPlan } from "../../../domain/rollout/plan.ts";
import type { Target } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";

const maxNames = 3;
/** As much as a fleet file takes. */
const maxReason = 1000;

/** Kept for good, in git too: what is broken will not be seen any more once it was taken back. */
export async function rollbackReason(tx: Db, rollout: RolloutSnapshot, plan: RolloutPlan): Promise<string> {
  const { id, application } = rollout;
  const { eventBecause } = plan;
  const failed = failedOf(rollout, plan);
  const named = failed.slice(0, maxNames);
  const causes = await loadFailing(
    tx,
    application,
    named.map(({ clusterId }) => clusterId),
  );
  const shown = named.map(({ clusterId, name }) => [name, causes.get(clusterId)].filter((part) => part !== undefined).join(": "));
  const more = failed.length > maxNames ? `; and ${failed.length - maxNames} more` : "";
  const why = eventBecause === undefined ? "" : `: ${spentBy(eventBecause)}`;
  return `rollout ${id} failed${why}${failed.length === 0 ? "" : ` (${shown.join("; ")}${more})`}`.slice(0, maxReason);
}

/** As they are once the plan is carried out, by name. */
export function failedOf({ targets }: RolloutSnapshot, { changes }: RolloutPlan): readonly Target[] {
  const now = new Map(changes.map(({ target, state }) => [target.clusterId, state]));
  return targets
    .filter(({ clusterId, state }) => (now.get(clusterId) ?? state) === "failed")
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The first object that keeps each of the clusters from being well, as it said last. */
async function loadFailing(tx: Db, application: string, clusters: readonly ClusterId[]): Promise<ReadonlyMap<ClusterId, string>> {
  const { rows } = await tx.query<{ cluster_id: ClusterId; failing: FailingObject }>({
    name: "rollback-failing",
    text: `select cluster_id, failing -> 0 as failing from statuses
            where application = $1 and cluster_id = any($2::text[]) and jsonb_array_length(failing) > 0`,
    values: [application, clusters],
  });
  return new Map(rows.map(({ cluster_id, failing }) => [cluster_id, describeFailing(failing)]));
}

const describeFailing = ({ kind, name, container, reason }: FailingObject): string =>
  `${kind} ${name}${container === undefined ? "" : `, container ${container}`}: ${reason}`;

const spentBy = (hold: HoldReason): string =>
  hold.kind === "Halted" ? `${hold.failed} failed, ${hold.maxFailures} may` : describeHold(hold);
