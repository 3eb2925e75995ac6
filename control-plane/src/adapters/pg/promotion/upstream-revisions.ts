import type { Instant } from "@drover/kit";
import type { AutoPromotionDeps } from "../../../app/promotion/auto-promotion.ts";
import type { Upstream } from "../../../domain/promotion/plan-auto-promotion.ts";
import { activePhases } from "../rollout/active-phases.ts";
import type { Db } from "../database.ts";
import { createFleetStore } from "../fleet/fleet-store.ts";
import { loadQuarantineOf } from "../rollback/quarantines.ts";
import { askFor } from "../work-queue.ts";

export const createAutoPromotionReads = (db: Db): AutoPromotionDeps => ({
  fleet: createFleetStore(db),
  upstream: (application, environment, pinned) => loadUpstream(db, application, environment, pinned),
  quarantineOf: (application, revision) => loadQuarantineOf(db, application, revision),
});

interface UpstreamRow {
  readonly revision: string | null;
  readonly finished_at: Instant | null;
  readonly first_at: Instant | null;
  readonly pinned_first_at: Instant | null;
  readonly returns_to: string | null;
}

/** What completed in an environment, when `pinned` first did, and whether it is on its way back to something that completed before. */
async function loadUpstream(db: Db, application: string, environment: string, pinned: string | undefined): Promise<Upstream> {
  const { rows } = await db.query<UpstreamRow & Record<string, unknown>>({
    name: "upstream-revisions",
    text: `with done as (
             select revision, min(finished_at) as first_at, max(finished_at) as finished_at from rollouts
              where application = $1 and environment = $2 and scope = 'Environment' and phase = 'Completed' group by revision),
           newest as (select * from done order by finished_at desc, revision limit 1)
           select n.revision, n.finished_at, n.first_at,
                  (select first_at from done where revision = $3) as pinned_first_at,
                  (select r.revision from rollouts r join done using (revision)
                    where r.application = $1 and r.environment = $2 and r.scope = 'Environment' and r.phase in ${activePhases}
                      and r.revision <> n.revision limit 1) as returns_to
             from (select) as one left join newest n on true`,
    values: [application, environment, pinned ?? null],
  });
  const row = rows[0];
  if (!row?.revision || row.finished_at === null || row.first_at === null)
    return { completed: undefined, pinnedFirstAt: undefined, returnsTo: undefined };
  return {
    completed: { revision: row.revision, finishedAt: row.finished_at, firstAt: row.first_at },
    pinnedFirstAt: row.pinned_first_at ?? undefined,
    returnsTo: row.returns_to ?? undefined,
  };
}

/** In the transaction that completes a rollout: whatever follows this environment is looked at. */
export async function askForFollowers(tx: Db, application: string, environment: string): Promise<void> {
  const { rows } = await tx.query<{ key: string }>({
    name: "upstream-followers",
    text: `select distinct $1 || ' ' || (rule ->> 'to') as key
             from fleet_objects a
             join fleet_objects p on p.kind = 'Project' and p.name = coalesce(a.form ->> 'project', 'default')
            cross join jsonb_array_elements(coalesce(p.form -> 'autoPromotion', '[]')) rule
            where a.kind = 'Application' and a.name = $1 and rule ->> 'from' = $2
              and coalesce(rule -> 'applications' ? $1, true)`,
    values: [application, environment],
  });
  await askFor(
    tx,
    "promotion",
    rows.map(({ key }) => key),
  );
}
