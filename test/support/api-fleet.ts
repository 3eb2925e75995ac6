import { type JsonObject } from "@drover/kit";
import { packBundle } from "@drover/proto/wire";
import type { Db } from "../../control-plane/src/adapters/pg/database.ts";

const clusterIds = { "eu-1": "a".repeat(26), "eu-2": "b".repeat(26), "us-1": "c".repeat(26), "old-1": "d".repeat(26) } as const;
export const idOf = (name: keyof typeof clusterIds): string => clusterIds[name];

const objects: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { on: "yes" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "web" }, stringData: { password: "hunter2" } },
];

/** Rows as the other parts of the control plane leave them: four clusters, one of them silent and one revoked, that run `web`. */
export async function fleetRows(db: Db): Promise<void> {
  const bundle = packBundle(objects);
  const run = (text: string, ...values: unknown[]) => db.query({ text, values });
  await run("insert into fleet_commits (commit, author, message, committed_at) values ('f1', 'Ada', 'all of it', now())");
  const object = (kind: string, name: string, path: string, form: object | null, problem: object | null = null) =>
    run(
      "insert into fleet_objects (kind, name, path, blob, form, problem, commit) values ($1, $2, $3, 'b', $4, $5, 'f1')",
      kind,
      name,
      path,
      form === null ? null : JSON.stringify(form),
      problem === null ? null : JSON.stringify(problem),
    );
  await object("Application", "web", "applications/web.yaml", { source: { repository: "https://git.test/web.git" } });
  await object("Environment", "production", "environments/production.yaml", {
    clusterSelector: { matchLabels: { tier: "production" }, matchExpressions: [{ key: "region", operator: "In", values: ["eu", "us"] }] },
  });
  await object("Environment", "empty", "environments/empty.yaml", { clusterSelector: { matchLabels: { tier: "none" } } });
  await object("Pin", "production/web", "pins/production/web.yaml", { revision: "c1", reason: "tested" });
  await object("Strategy", "broken", "strategies/broken.yaml", null, { code: "FLEET_FILE_YAML", message: "line 3: bad" });
  await run("insert into sources (repository, ref, commit) values ('https://git.test/web.git', 'main', 'c2')");
  await run(
    `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
     values ('rel1', 'web', 1, 'c1', 'sd', '{"repository":"https://git.test/web.git","path":"","render":{"kind":"yaml","substitute":false}}', 'Ada', 'v1', now())`,
  );
  await run(
    "insert into bundles (digest, size, objects, gzip) values ($1, $2, $3, $4)",
    bundle.digest,
    bundle.size,
    bundle.objects,
    Buffer.from(bundle.gzip),
  );
  await run("insert into renders (release_id, inputs_digest, inputs, bundle) values ('rel1', 'in', '{}', $1)", bundle.digest);
  await run("insert into placements (application, environment, revision, release_id) values ('web', 'production', 'c1', 'rel1')");

  const silentFor = { "eu-1": "1 second", "eu-2": "2 minutes", "us-1": "1 hour", "old-1": "1 second" } as const;
  for (const [name, id] of Object.entries(clusterIds)) {
    const region = name.slice(0, name.indexOf("-"));
    await object("Cluster", name, `clusters/${name}.yaml`, { id, labels: { tier: "production", region } });
    await run("insert into clusters (id, name, state) values ($1, $2, $3)", id, name, name === "old-1" ? "Revoked" : "Enrolled");
    await run(
      `insert into cluster_reports (cluster_id, enrolment, boot, seq, agent_version, kubernetes_version, epoch, sequence, digest, seen_at)
       values ($1, 1, 1, 1, '0.1.0', 'v1.36.3', 1, 1, 'rd', now() - $2::interval)`,
      id,
      silentFor[name as keyof typeof silentFor],
    );
    await run(
      `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace,
                                sync_policy, content_digest, proven_at)
       values ($1, 'web', 'production', 'default', 'active', 3, 'rel1', 'c1', $2, 'default', '{}', 'cd', now())`,
      id,
      bundle.digest,
    );
    await run(
      `insert into statuses (cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, objects, drifted, reported_at, changed_at)
       values ($1, 'web', 1, 1, 1, 3, $2, 'Synced', 'Healthy', 2, 0, now(), now())`,
      id,
      bundle.digest,
    );
    await run("insert into cluster_totals values ($1, 'production', 1, 0, 0, 0, 0, 0, 1, 0, 1, 0)", id);
  }
}
