import type { ClusterId } from "@drover/kit";
import type { PlaceName } from "../../../app/placement/placement-store.ts";
import type { Desired } from "../../../domain/placement/plan.ts";
import { tellOfPlace } from "./assignment-events.ts";
import { recordHistory } from "./assignment-history.ts";
import { contentRow } from "./assignments.ts";
import type { Db } from "../database.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";

/** Writes down what the clusters are to reach, carried by `rolloutId`; a goal that no rollout needs to carry keeps the one it had. */
export async function upsertGoals(
  tx: Db,
  { application, environment }: PlaceName,
  rolloutId: string | undefined,
  goals: readonly Desired[],
): Promise<void> {
  if (goals.length === 0) return;
  const rows = goals.map(({ clusterId, scope, content }) => ({ ...contentRow(clusterId, content), scope }));
  await tx.query({
    name: "goals-upsert",
    text: `insert into goals as g (application, environment, cluster_id, scope, release_id, revision, bundle, namespace, project, sync_policy,
                                   content_digest, rollout_id)
           select $1, $2, d.cluster_id, d.scope, d.release_id, d.revision, d.bundle, d.namespace, d.project, d.sync_policy, d.content_digest, $4
             from jsonb_to_recordset($3::jsonb) as d (cluster_id text, scope text, release_id text, revision text, bundle text, namespace text,
                                                      project text, sync_policy jsonb, content_digest text)
            order by d.cluster_id
           on conflict (application, environment, cluster_id) do update
             set scope = excluded.scope, release_id = excluded.release_id, revision = excluded.revision, bundle = excluded.bundle,
                 namespace = excluded.namespace, project = excluded.project, sync_policy = excluded.sync_policy,
                 content_digest = excluded.content_digest, rollout_id = coalesce(excluded.rollout_id, g.rollout_id)`,
    values: [application, environment, JSON.stringify(rows), rolloutId ?? null],
  });
}

export async function deleteGoals(tx: Db, { application, environment }: PlaceName, clusterIds: readonly ClusterId[]): Promise<void> {
  if (clusterIds.length === 0) return;
  await tx.query({
    name: "goals-delete",
    text: "delete from goals where application = $1 and environment = $2 and cluster_id = any($3::text[])",
    values: [application, environment, clusterIds],
  });
}

/**
 * Equal content under a newer name: the generation stays, since the agent has nothing to do, and people see the revision that git asks
 * for. The envelope carries that name too.
 */
export async function renameAssignments(tx: Db, { application, environment }: PlaceName, clusterIds: readonly ClusterId[]): Promise<void> {
  if (clusterIds.length === 0) return;
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "assignments-rename",
    text: `with renamed as (
           update assignments a set release_id = g.release_id, revision = g.revision
             from (select g.* from unnest($3::text[]) as c (id)
                     join lateral (select * from goals where application = $1 and environment = $2 and cluster_id = c.id limit 1) g on true) g
            where a.cluster_id = g.cluster_id and a.application = g.application and a.environment = g.environment and a.state = 'active'
              and g.content_digest = a.content_digest and a.revision <> g.revision
           returning a.*),
           recorded as (${recordHistory("renamed")})
           select cluster_id from renamed`,
    values: [application, environment, clusterIds],
  });
  if (rows.length > 0) await tellOfPlace(tx, application, environment);
  await markEnvelopesChanged(
    tx,
    rows.map((row) => row.cluster_id),
  );
}
