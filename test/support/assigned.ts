import type { ClusterId, JsonObject } from "@drover/kit";
import { type Assignment, type Digest, digestOf, packBundle } from "@drover/proto/wire";
import type { Db } from "../../control-plane/src/adapters/pg/database.ts";
import { markEnvelopesChanged } from "../../control-plane/src/adapters/pg/report/envelopes.ts";

export const syncPolicy: Assignment["syncPolicy"] = {
  prune: true,
  selfHeal: true,
  whenToTakeOver: "IfNoDiff",
  drift: { mode: "correct", people: "evict" },
  syncOptions: [],
};

const configMap = (name: string, value: string): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { value },
});

/** The digest of the bundle that `assign` makes of a content. */
export const bundleOf = (application: string, content: string): Digest => packBundle([configMap(application, content)]).digest;

/** Rows as the planner leaves them when a cluster is to run `content` of an application. The generation rises. */
export async function assign(
  db: Db,
  cluster: ClusterId,
  application: string,
  content: string,
  generation = 1,
): Promise<{ readonly generation: number; readonly bundle: Digest }> {
  const { digest, size, objects, gzip } = packBundle([configMap(application, content)]);
  await db.query({
    text: "insert into bundles (digest, size, objects, gzip) values ($1, $2, $3, $4) on conflict do nothing",
    values: [digest, size, objects, gzip],
  });
  await db.query({
    text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
           select $1, $2, coalesce(max(number), 0) + 1, $3, 'spec', '{}', 'a', 'm', now() from releases where application = $2
           on conflict do nothing`,
    values: [`${application}-${content}`, application, content],
  });
  await db.query({
    text: `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle,
                                    namespace, sync_policy, content_digest)
           values ($1, $2, 'production', 'shop', 'active', $3, $4, $5, $6, 'default', $7, $8)
           on conflict (cluster_id, application) do update
             set generation = assignments.generation + 1, state = 'active', release_id = excluded.release_id, revision = excluded.revision,
                 bundle = excluded.bundle, content_digest = excluded.content_digest, assigned_at = now(),
                 acknowledged_at = null, proven_at = null`,
    values: [cluster, application, generation, `${application}-${content}`, content, digest, syncPolicy, digestOf({ digest, syncPolicy })],
  });
  await markEnvelopesChanged(db, [cluster]);
  const { rows } = await db.query<{ generation: number }>({
    text: "select generation from assignments where cluster_id = $1 and application = $2",
    values: [cluster, application],
  });
  return { generation: rows[0]!.generation, bundle: digest };
}
