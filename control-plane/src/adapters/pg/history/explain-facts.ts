import { type ClusterId, type Instant, matchesSelector } from "@drover/kit";
import type { FleetForms } from "@drover/proto/fleet";
import type { ExplainStore } from "../../../app/history/explain.ts";
import type { ClusterFacts } from "../../../domain/explain/explain-cluster.ts";
import { kindOfCode } from "../../../domain/explain/link.ts";
import type { PlaceFacts } from "../../../domain/explain/explain-place.ts";
import type { RolloutFacts } from "../../../domain/explain/explain-rollout.ts";
import { intentOf } from "../../../domain/placement/intent.ts";
import type { ClusterHold } from "../../../domain/placement/members.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { activePhases } from "../rollout/active-phases.ts";
import type { Db } from "../database.ts";
import { isFiled } from "../fleet/filed.ts";
import { loadPromotionFacts } from "./explain-promotion-facts.ts";
import { explainedColumns, type ExplainedRow, loadRolloutFacts, toExplained } from "./explain-rollout-facts.ts";
import { createRemovalReads } from "../removal/removal-reads.ts";
import { targetSources } from "../rollout/target-rows.ts";

export const createExplainStore = (db: Db): ExplainStore => ({
  promotion: (id) => loadPromotionFacts(db, id, (application, environment) => loadPlace(db, application, environment)),
  rollout: (id) => loadRolloutFacts(db, id),
  waveSizes: (id) => loadWaveSizes(db, id),
  environmentsOf: (application) => loadEnvironments(db, application),
  applicationsOn: (clusterId) => loadApplications(db, clusterId),
  filed: (kind, name) => isFiled(db, kind, name),
  place: (application, environment) => loadPlace(db, application, environment),
  cluster: (clusterId, application) => loadCluster(db, clusterId, application),
});

async function loadPlace(db: Db, application: string, environment: string): Promise<PlaceFacts> {
  const [files, stored, clusters, rollouts, removals] = await Promise.all([
    loadFiles(db, application, environment),
    loadStored(db, application, environment),
    loadClusterNames(db),
    loadNewestRollouts(db, application, environment),
    createRemovalReads(db).byName("ApplicationRemoval", [`${environment}/${application}`]),
  ]);
  const { application: applicationForm, environment: environmentForm, pin, invalidFiles } = files;
  const intent =
    applicationForm && environmentForm
      ? intentOf(application, applicationForm, environmentForm, undefined)
      : ({ kind: "nothing" } as const);
  const selected = environmentForm ? clusters.filter(({ labels }) => matchesSelector(environmentForm.clusterSelector, labels ?? {})) : [];
  return {
    application,
    environment,
    invalidFiles,
    known: { application: applicationForm !== undefined, environment: environmentForm !== undefined },
    pinned: pin?.revision,
    hasExceptions: Object.keys(pin?.clusters ?? {}).length > 0,
    tracked: intent.kind === "tracked",
    ...(intent.kind === "tracked" ? await loadSource(db, intent.repository, intent.ref) : { head: undefined, sourceProblem: undefined }),
    ...stored,
    removal: removals[0],
    clusters: {
      enrolled: selected.filter(({ state }) => state === "Enrolled").map(({ name, seen_at }) => ({ name, lastSeen: seen_at ?? undefined })),
      notEnrolled: selected.filter(({ state }) => state === "Pending").map(({ name }) => name),
      revoked: selected.filter(({ state }) => state === "Revoked").map(({ name }) => name),
    },
    rollouts,
  };
}

interface Files {
  readonly application: FleetForms["Application"] | undefined;
  readonly environment: FleetForms["Environment"] | undefined;
  readonly pin: FleetForms["Pin"] | undefined;
  readonly invalidFiles: PlaceFacts["invalidFiles"];
}

async function loadFiles(db: Db, application: string, environment: string): Promise<Files> {
  const { rows } = await db.query<{ kind: string; path: string; form: unknown; problem: Problem | null }>({
    name: "explain-files",
    text: `select kind, path, form, problem from fleet_objects
            where (kind, name) in (('Application', $1), ('Environment', $2), ('Pin', $2 || '/' || $1), ('Quarantine', $1))
               or kind = 'Strategy' and name = (select form ->> 'strategy' from fleet_objects where kind = 'Environment' and name = $2)`,
    values: [application, environment],
  });
  const form = <Kind extends keyof FleetForms>(kind: Kind): FleetForms[Kind] | undefined =>
    (rows.find((row) => row.kind === kind)?.form as FleetForms[Kind] | null | undefined) ?? undefined;
  return {
    application: form("Application"),
    environment: form("Environment"),
    pin: form("Pin"),
    invalidFiles: rows.flatMap(({ path, problem }) => (problem === null ? [] : [{ path, problem }])),
  };
}

async function loadStored(db: Db, application: string, environment: string): Promise<Pick<PlaceFacts, "problem" | "held">> {
  const { rows } = await db.query<{ problem: Problem | null; holds: readonly ClusterHold[] }>({
    name: "explain-placement",
    text: "select problem, holds from placements where application = $1 and environment = $2",
    values: [application, environment],
  });
  return { problem: rows[0]?.problem ?? undefined, held: rows[0]?.holds ?? [] };
}

async function loadClusterNames(db: Db) {
  const { rows } = await db.query<{
    name: string;
    state: string;
    seen_at: Instant | null;
    labels: Readonly<Record<string, string>> | null;
  }>({
    name: "explain-clusters",
    text: `select c.name, c.state, r.seen_at, f.form -> 'labels' as labels
             from clusters c join fleet_objects f on f.kind = 'Cluster' and f.name = c.name
             left join cluster_reports r on r.cluster_id = c.id order by c.name`,
  });
  return rows;
}

/** The active ones; when there is none, the environment's newest. */
async function loadNewestRollouts(db: Db, application: string, environment: string): Promise<readonly RolloutFacts[]> {
  const { rows } = await db.query<{ id: string }>({
    name: "explain-newest-rollouts",
    text: `with newest as (select id, scope, phase in ${activePhases} as active, created_at from rollouts
                            where application = $1 and environment = $2 order by created_at desc, id desc limit 20)
           (select id from newest where active order by scope desc)
           union all
           (select id from newest where scope = 'Environment' and not exists (select 1 from newest where active) order by created_at desc limit 1)`,
    values: [application, environment],
  });
  const facts = await Promise.all(rows.map(({ id }) => loadRolloutFacts(db, id)));
  return facts.filter((found) => found !== undefined);
}

async function loadSource(db: Db, repository: string, ref: string): Promise<Pick<PlaceFacts, "head" | "sourceProblem">> {
  const { rows } = await db.query<{ commit: string | null; problem: Problem | null }>({
    name: "explain-source",
    text: "select commit, problem from sources where repository = $1 and ref = $2",
    values: [repository, ref],
  });
  return { head: rows[0]?.commit ?? undefined, sourceProblem: rows[0]?.problem ?? undefined };
}

interface ClusterRow {
  readonly cluster: string;
  readonly state: ClusterFacts["state"];
  readonly seen_at: Instant | null;
  readonly maintenance: boolean | null;
  readonly assignment: ClusterFacts["assignment"] | null;
  readonly problem: Problem | null;
  readonly held: readonly { readonly message: string; readonly code: string }[] | null;
  readonly rollout_id: string | null;
  readonly reported: ClusterFacts["reported"] | null;
}

async function loadCluster(db: Db, clusterId: ClusterId, application: string): Promise<ClusterFacts | undefined> {
  const { rows } = await db.query<ClusterRow & Record<string, unknown>>({
    name: "explain-cluster",
    text: `select c.name as cluster, c.state, r.seen_at, r.maintenance,
                  (select jsonb_strip_nulls(jsonb_build_object('revision', a.revision, 'generation', a.generation, 'state', a.state, 'environment', a.environment,
                                                               'deletionPolicy', a.deletion_policy))
                     from assignments a where a.cluster_id = c.id and a.application = $2) as assignment,
                  (select p.problem from assignments a join placements p on p.application = a.application and p.environment = a.environment
                    where a.cluster_id = c.id and a.application = $2 and a.state = 'active') as problem,
                  (select jsonb_agg(h -> 'problem') from placements p, jsonb_array_elements(p.holds) h
                    where p.application = $2 and h ->> 'clusterId' = c.id) as held,
                  (select t.rollout_id from rollout_targets t join rollouts o on o.id = t.rollout_id and o.application = $2
                    where t.cluster_id = c.id and t.state <> 'left' order by o.created_at desc, o.id desc limit 1) as rollout_id,
                  (select jsonb_strip_nulls(jsonb_build_object('generation', s.generation, 'sync', s.sync, 'health', s.health,
                                                               'failing', s.failing, 'syncReason', s.reason, 'syncMessage', s.message))
                     from statuses s where s.cluster_id = c.id and s.application = $2) as reported
             from clusters c left join cluster_reports r on r.cluster_id = c.id where c.id = $1`,
    values: [clusterId, application],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const rollout = row.rollout_id === null ? undefined : await loadRolloutFacts(db, row.rollout_id);
  return {
    application,
    cluster: row.cluster,
    state: row.state,
    lastSeen: row.seen_at ?? undefined,
    inMaintenance: row.maintenance === true,
    held: (row.held ?? []).map(({ code, message }) => ({ kind: kindOfCode(code), code, message })),
    assignment: row.assignment ?? undefined,
    problem: row.problem ?? undefined,
    reported: row.reported ?? undefined,
    target: rollout === undefined ? undefined : await loadTarget(db, rollout, clusterId),
    rollout,
  };
}

async function loadTarget(db: Db, { id, application, environment }: RolloutFacts, clusterId: ClusterId): Promise<ClusterFacts["target"]> {
  const { rows } = await db.query<ExplainedRow>({
    name: "explain-target",
    text: `select ${explainedColumns} ${targetSources} where t.rollout_id = $1 and t.cluster_id = $4`,
    values: [id, application, environment, clusterId],
  });
  return rows[0] && toExplained(rows[0]);
}

async function loadWaveSizes(db: Db, id: string): Promise<Readonly<Record<number, number>>> {
  const { rows } = await db.query<{ wave_sizes: Readonly<Record<number, number>> }>({
    name: "explain-wave-sizes",
    text: "select wave_sizes from rollouts where id = $1",
    values: [id],
  });
  return rows[0]?.wave_sizes ?? {};
}

/** One answer speaks of so many places. */
const maxPlaces = 50;

/** Where git asks for it, or something of it is left. */
async function loadEnvironments(db: Db, application: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ environment: string }>({
    name: "explain-environments",
    text: `select environment from placements where application = $1
           union
           select split_part(name, '/', 1) from fleet_objects where kind = 'Pin' and split_part(name, '/', 2) = $1 and form is not null
            order by 1 limit $2`,
    values: [application, maxPlaces],
  });
  return rows.map(({ environment }) => environment);
}

async function loadApplications(db: Db, clusterId: ClusterId): Promise<readonly string[]> {
  const { rows } = await db.query<{ application: string }>({
    name: "explain-applications",
    text: `select application from assignments
            where cluster_id = $1 and not (state = 'withdrawn' and deletion_policy is not null)
           union
           select t.application from goals t where t.cluster_id = $1 order by 1 limit $2`,
    values: [clusterId, maxPlaces],
  });
  return rows.map(({ application }) => application);
}
