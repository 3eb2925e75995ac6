import { type Instant, instant } from "@drover/kit";
import { defaultProject, type Freeze, type Window } from "@drover/proto/fleet";
import type { RestrictionFacts } from "../../../domain/window/restrict.ts";
import type { Db } from "../database.ts";

interface FactsRow {
  readonly project: string;
  readonly organisation_windows: readonly Window[] | null;
  readonly project_windows: readonly Window[] | null;
  readonly environment_windows: readonly Window[] | null;
  readonly freezes: readonly { readonly name: string; readonly form: Freeze }[] | null;
  readonly stopped: { readonly actor: string; readonly reason: string; readonly since_ms: number } | null;
  readonly glasses: readonly { readonly id: string; readonly actor: string; readonly reason: string; readonly expires_ms: number }[] | null;
}

const epochMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`;

/** What lies over the plans of a place; of its clusters the caller knows. One statement: every plan needs it. */
export async function loadRestrictionFacts(db: Db, application: string, environment: string): Promise<Omit<RestrictionFacts, "clusters">> {
  const { rows } = await db.query<FactsRow & Record<string, unknown>>({
    name: "restriction-facts",
    text: `select p.project,
                  (select form -> 'windows' from fleet_objects where kind = 'Fleet') as organisation_windows,
                  (select form -> 'windows' from fleet_objects where kind = 'Project' and name = p.project) as project_windows,
                  (select form -> 'windows' from fleet_objects where kind = 'Environment' and name = $2) as environment_windows,
                  (select jsonb_agg(jsonb_build_object('name', name, 'form', form) order by name)
                     from fleet_objects where kind = 'Freeze' and form is not null) as freezes,
                  (select jsonb_build_object('actor', actor, 'reason', reason, 'since_ms', ${epochMs("since")}) from emergency_stop) as stopped,
                  (select jsonb_agg(jsonb_build_object('id', id, 'actor', actor, 'reason', reason, 'expires_ms', ${epochMs("expires_at")}))
                     from break_glass
                    where environment = $2 and (application is null or application = $1) and ended_at is null and expires_at > now()) as glasses
             from (select coalesce((select form ->> 'project' from fleet_objects where kind = 'Application' and name = $1), '${defaultProject}')
                          as project) p`,
    values: [application, environment],
  });
  return toFacts(rows[0]!, application, environment);
}

function toFacts(row: FactsRow, application: string, environment: string): Omit<RestrictionFacts, "clusters"> {
  const { project, stopped } = row;
  return {
    place: { project, environment, application },
    stopped: stopped === null ? undefined : { actor: stopped.actor, reason: stopped.reason, since: instant(stopped.since_ms) },
    freezes: row.freezes ?? [],
    breakGlasses: (row.glasses ?? []).map(({ expires_ms, ...glass }) => ({ ...glass, expiresAt: expires_ms as Instant })),
    windows: [
      { scope: "organisation", owner: "", windows: row.organisation_windows ?? [] },
      { scope: "project", owner: project, windows: row.project_windows ?? [] },
      { scope: "environment", owner: environment, windows: row.environment_windows ?? [] },
    ],
  };
}
