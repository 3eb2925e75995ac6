import type { Database, Db } from "../../../control-plane/src/adapters/pg/database.ts";

export interface FleetSize {
  readonly clusters: number;
  /** Of each cluster. */
  readonly applications: number;
}

export const clusterName = (index: number): string => `c${String(index).padStart(5, "0")}`;
export const applicationName = (index: number): string => `app-${String(index).padStart(2, "0")}`;

/** SQL for the bundle of an application: each has its own, and its digits are as random as those of a real one. */
const bundleOf = (application: string): string => `'sha256:' || encode(sha256((${application})::bytea), 'hex')`;

/** SQL for the id of cluster number n: 26 letters, so that their order is not that of the names. */
const clusterId = "left(translate(md5(n::text), '0189', 'wxyz'), 26)";

/**
 * A fleet as the parts of the control plane leave it, generated where it lies: three environments and regions by label, one status in fifty
 * Degraded, one cluster in a hundred silent for an hour.
 */
export async function fillFleet(database: Database, size: FleetSize): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query({ text: "set local statement_timeout = 0" });
    await fill(tx, size);
  });
  await database.query({ text: "vacuum analyze" });
}

async function fill(tx: Db, { clusters, applications }: FleetSize): Promise<void> {
  const run = (text: string, ...values: unknown[]) => tx.query({ text, values });
  await run("insert into fleet_commits (commit, author, message, committed_at) values ('f1', 'Ada', 'all of it', now())");
  await run(
    `insert into fleet_objects (kind, name, path, blob, form, commit)
     select 'Environment', e, 'environments/' || e || '.yaml', 'b', jsonb_build_object('clusterSelector', jsonb_build_object('matchLabels', jsonb_build_object('env', e))), 'f1'
       from unnest('{production,staging,edge}'::text[]) e`,
  );
  await run(
    `insert into fleet_objects (kind, name, path, blob, form, commit)
     select 'Application', 'app-' || lpad(n::text, 2, '0'), 'applications/' || n, 'b', '{"source":{"repository":"https://git.test/web.git"}}', 'f1'
       from generate_series(0, $1 - 1) n`,
    applications,
  );
  await run(
    `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
     select 'rel-' || n, 'app-' || lpad(n::text, 2, '0'), 1, md5(n::text), 'sd', '{"repository":"https://git.test/web.git","path":"","render":{"kind":"yaml"}}', 'Ada', 'v1', now()
       from generate_series(0, $1 - 1) n`,
    applications,
  );
  await run(
    `insert into bundles (digest, size, objects, gzip)
     select ${bundleOf("'app-' || lpad(n::text, 2, '0')")}, 1, 1, '' from generate_series(0, $1 - 1) n`,
    applications,
  );
  await run(
    `insert into fleet_objects (kind, name, path, blob, form, commit)
     select 'Cluster', 'c' || lpad(n::text, 5, '0'), 'clusters/' || n, 'b',
            jsonb_build_object('id', ${clusterId}, 'labels', jsonb_build_object(
              'env', (array['production','production','staging','edge'])[1 + n % 4], 'region', (array['eu','us','ap'])[1 + n % 3], 'site', 's' || n % 500)), 'f1'
       from generate_series(0, $1 - 1) n`,
    clusters,
  );
  await run(
    `insert into clusters (id, name, state, enrolment, filed) select ${clusterId}, 'c' || lpad(n::text, 5, '0'), 'Enrolled', 1, true from generate_series(0, $1 - 1) n`,
    clusters,
  );
  await run(
    `insert into cluster_reports (cluster_id, enrolment, boot, seq, agent_version, kubernetes_version, epoch, sequence, digest, seen_at)
     select ${clusterId}, 1, 1, 1, '0.' || n % 3 || '.0', 'v1.' || 33 + n % 4 || '.1', 1, 1, 'rd', case n % 100 when 7 then now() - interval '1 hour' else now() end
       from generate_series(0, $1 - 1) n`,
    clusters,
  );
  await run(
    `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace, sync_policy, content_digest,
                              acknowledged_at, proven_at)
     select ${clusterId}, 'app-' || lpad(a::text, 2, '0'), (array['production','production','staging','edge'])[1 + n % 4], 'default', 'active', 1, 'rel-' || a, md5(a::text),
            ${bundleOf("'app-' || lpad(a::text, 2, '0')")}, 'default', '{}', 'cd', now(), now()
       from generate_series(0, $1 - 1) n, generate_series(0, $2 - 1) a`,
    clusters,
    applications,
  );
  await run(
    `insert into statuses (cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, reason, objects, drifted, reported_at, changed_at)
     select ${clusterId}, 'app-' || lpad(a::text, 2, '0'), 1, 1, 1, 1, ${bundleOf("'app-' || lpad(a::text, 2, '0')")}, 'Synced', case (n * 7 + a) % 50 when 0 then 'Degraded' else 'Healthy' end,
            null, 12, 0, now(), now()
       from generate_series(0, $1 - 1) n, generate_series(0, $2 - 1) a`,
    clusters,
    applications,
  );
  await run(
    `insert into cluster_totals
     select s.cluster_id, a.environment, count(*) filter (where health = 'Healthy'), 0, count(*) filter (where health = 'Degraded'), 0, 0, 0, count(*), 0, count(*), 0
       from statuses s join assignments a using (cluster_id, application) group by 1, 2`,
  );
}

/** A silent cluster is to stay silent, and nobody else is to fall silent because a run takes its time. */
export const keepConnected = (database: Database): Promise<unknown> =>
  database.query({ text: "update cluster_reports set seen_at = now() where seen_at > now() - interval '30 minutes'" });
