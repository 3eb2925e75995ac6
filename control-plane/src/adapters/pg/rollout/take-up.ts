import { DroverError } from "@drover/kit";
import type { PlaceName } from "../../../app/placement/placement-store.ts";
import type { Db } from "../database.ts";
import { askFor } from "../work-queue.ts";
import { newerRollout } from "./newer-rollout.ts";

/**
 * Before an aborted rollout is taken up again. Whoever begins rollouts holds the placement first: nothing newer can begin while it is held here.
 * Throws `stale` ROLLOUT_CHANGED where something has.
 */
export async function holdPlace(tx: Db, rolloutId: string): Promise<void> {
  await tx.query({
    name: "rollout-hold-place",
    text: `select from placements p join rollouts r using (application, environment) where r.id = $1 for update of p`,
    values: [rolloutId],
  });
  const { rows } = await tx.query<{ newer: string | null }>({
    name: "rollout-newer",
    text: `select ${newerRollout("r")} as newer from rollouts r where id = $1`,
    values: [rolloutId],
  });
  const newer = rows[0]?.newer;
  if (typeof newer === "string") throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${rolloutId}: ${newer} has begun since`);
}

/**
 * Clusters that joined while it was aborted have goals that nobody carries: forgotten, they are found missing by the placement, and join. Its
 * open gates have all their time again.
 */
export async function takeInWhoJoined(tx: Db, rolloutId: string, { application, environment }: PlaceName): Promise<void> {
  await tx.query({
    name: "goals-forget-idle",
    text: `delete from goals g
            where g.application = $2 and g.environment = $3 and g.scope = 'Environment' and g.rollout_id is null
              and exists (select from rollouts where id = $1 and scope = 'Environment')
              and not exists (select from assignments a
                               where a.cluster_id = g.cluster_id and a.application = $2 and a.environment = $3 and a.state = 'active'
                                 and a.content_digest = g.content_digest)`,
    values: [rolloutId, application, environment],
  });
  await tx.query({
    name: "gate-runs-begin-anew",
    text: "update gate_runs set opened_at = now() where rollout_id = $1 and state = 'Open'",
    values: [rolloutId],
  });
  await askFor(tx, "placement", [`${application} ${environment}`]);
}
