import { activePhases } from "./active-phases.ts";
import type { Db } from "../database.ts";
import { askFor } from "../work-queue.ts";

/**
 * Has every rollout that can still do something looked at again: of one environment or place, or of the whole fleet. The new version makes a
 * plan that was thought out before stale: once this is committed, nothing is dispatched in ignorance of it.
 */
export async function recheckOpenRollouts(
  tx: Db,
  where: { readonly environment?: string; readonly application?: string } = {},
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>({
    name: "open-rollouts-recheck",
    text: `with open as (
             select id from rollouts
              where phase in ${activePhases} and ($1::text is null or environment = $1) and ($2::text is null or application = $2)
              order by id for update)
           update rollouts r set version = r.version + 1 from open where r.id = open.id returning r.id`,
    values: [where.environment ?? null, where.application ?? null],
  });
  await askFor(
    tx,
    "rollout",
    rows.map(({ id }) => id),
  );
}
