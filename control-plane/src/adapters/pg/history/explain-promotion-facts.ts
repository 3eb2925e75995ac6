import type { Instant } from "@drover/kit";
import type { IntentError, IntentState } from "../../../app/fleet/intent-store.ts";
import type { PromotionFacts, WaitingWork } from "../../../domain/explain/explain-promotion.ts";
import type { PlaceFacts } from "../../../domain/explain/explain-place.ts";
import type { Db } from "../database.ts";
import { loadRolloutFacts } from "./explain-rollout-facts.ts";

interface PromotionRow {
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly state: IntentState["state"];
  readonly commit: string | null;
  readonly error: IntentError | null;
  readonly created_at: Instant;
  readonly is_projected: boolean;
  readonly due_at: Instant | null;
  readonly attempts: number | null;
  readonly last_error: WaitingWork["lastError"] | null;
  readonly rollouts: readonly string[];
}

const states = { pending: "Pending", writing: "Pending", current: "Committed", void: "Failed" } as const satisfies Record<
  IntentState["state"],
  PromotionFacts["state"]
>;

export async function loadPromotionFacts(
  db: Db,
  id: string,
  loadPlace: (application: string, environment: string) => Promise<PlaceFacts>,
): Promise<PromotionFacts | undefined> {
  const { rows } = await db.query<PromotionRow & Record<string, unknown>>({
    name: "explain-promotion",
    text: `select i.edit ->> 'application' as application, i.edit ->> 'environment' as environment, i.edit ->> 'revision' as revision,
                  i.state, i.commit, i.error, i.created_at, w.due_at, w.attempts, w.last_error,
                  exists (select from fleet_commits c where c.commit = i.commit) as is_projected,
                  array(select r.id from rollouts r
                         where r.change_id = i.commit and r.application = i.edit ->> 'application' and r.environment = i.edit ->> 'environment'
                         order by r.created_at, r.id) as rollouts
             from intents i
             left join work w on w.queue = case when i.state = 'current' then 'fleet' else 'write' end and w.key = 'head'
            where i.id = $1 and i.kind in ('Promotion', 'Rollback')`,
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { application, environment, revision, state, commit, error, last_error: lastError } = row;
  const rollouts = await Promise.all(row.rollouts.map((rollout) => loadRolloutFacts(db, rollout)));
  return {
    id,
    application,
    environment,
    revision,
    state: states[state],
    error: error ?? undefined,
    createdAt: row.created_at,
    commit: commit ?? undefined,
    // Its commit was not needed where the files said so already.
    isProjected: commit === null || row.is_projected,
    work: { dueAt: row.due_at ?? undefined, attempts: row.attempts ?? 0, lastError: lastError ?? undefined },
    rollouts: rollouts.filter((facts) => facts !== undefined),
    place: await loadPlace(application, environment),
  };
}
