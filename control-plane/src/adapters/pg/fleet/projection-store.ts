import { canonicalJson, DroverError, rfc3339 } from "@drover/kit";
import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { failpoint } from "../../../app/failpoint.ts";
import type { Projection, ProjectionStore } from "../../../app/fleet/projection-store.ts";
import { placeKey, type SourceRef } from "../../../domain/fleet/affected.ts";
import type { ProjectedFile } from "../../../domain/fleet/project-commit.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { type NewEvent, recordEvents } from "../history/event-log.ts";
import { settleByCommit } from "./intents.ts";
import { objectEvents } from "./object-events.ts";
import { recheckOpenRollouts } from "../rollout/open-rollouts.ts";
import { askFor } from "../work-queue.ts";

export const createProjectionStore = (database: Database): ProjectionStore => ({
  head: () => loadHead(database),
  files: () => loadFiles(database),
  version: (kind, name) => loadVersion(database, kind, name),
  commit: (previous, projection) => database.transaction((tx) => commitProjection(tx, previous, projection)),
  problem: () => loadProblem(database),
  setProblem: (problem) => database.transaction((tx) => storeProblem(tx, problem)),
});

async function commitProjection(tx: Db, previous: string | undefined, projection: Projection): Promise<void> {
  const { commit, requestId, result, places, sources } = projection;
  await lockProjection(tx);
  if ((await loadHead(tx)) !== previous)
    throw new DroverError("stale", "FLEET_PROJECTED_MEANWHILE", `project ${commit.id}: another commit was projected meanwhile`);
  await insertCommit(tx, projection);
  await deleteFiles(tx, result.removed);
  await upsertFiles(tx, commit.id, result.upserted);
  await upsertClusters(tx, clustersOf(result.upserted));
  await markFiled(tx, [...result.removed, ...result.upserted]);
  const settled = requestId === undefined ? [] : await settleByCommit(tx, requestId, commit.id);
  // Drover's own commits were recorded when they were asked for.
  if (settled.length === 0)
    await recordAudit(tx, {
      actor: `git/${commit.author.slice(0, 200)}`,
      action: "fleet.commit",
      object: `fleet/${commit.id}`,
      result: "allowed",
      requestId: requestId ?? commit.id,
      details: { message: subjectOf(commit.message), changed: result.upserted.map(({ path }) => path).slice(0, 100) },
    });
  // Rollouts before keys, which is the order of every writer.
  if (projection.restrictionsChanged) await recheckOpenRollouts(tx);
  await askFor(tx, "placement", places.map(placeKey));
  await askFor(tx, "removal", projection.removals);
  await askFor(tx, "promotion", projection.promotions);
  const unseen = await insertSources(tx, sources);
  await askFor(
    tx,
    "source",
    unseen.map(({ repository, ref }) => `${repository} ${ref}`),
  );
  await recordEvents(tx, [...eventsOf(projection), ...objectEvents(result), ...places.map(placeEvent), ...settled]);
  failpoint("projection.commit.inside");
}

/** Any number, the same in every replica: projections of different replicas follow one another. */
const projectionLock = 4_918_302_118;

async function lockProjection(tx: Db): Promise<void> {
  await tx.query({ name: "projection-lock", text: "select pg_advisory_xact_lock($1)", values: [projectionLock] });
}

async function loadHead(db: Db): Promise<string | undefined> {
  const { rows } = await db.query<{ commit: string }>({
    name: "projection-head",
    text: "select commit from fleet_commits order by position desc limit 1",
  });
  return rows[0]?.commit;
}

async function loadFiles(db: Db): Promise<readonly ProjectedFile[]> {
  const { rows } = await db.query<{
    kind: ProjectedFile["kind"];
    name: string;
    path: string;
    blob: string;
    form: FleetForms[keyof FleetForms] | null;
    problem: Problem | null;
  }>({ name: "projection-files", text: "select kind, name, path, blob, form, problem from fleet_objects" });
  return rows.map((row) => ({ ...row, form: row.form ?? undefined, problem: row.problem ?? undefined }));
}

async function loadVersion(db: Db, kind: FleetKind, name: string): Promise<number | undefined> {
  const { rows } = await db.query<{ version: number }>({
    name: "projection-version",
    text: "select version from fleet_objects where kind = $1 and name = $2",
    values: [kind, name],
  });
  return rows[0]?.version;
}

async function insertCommit(tx: Db, { commit, requestId }: Projection): Promise<void> {
  await tx.query({
    name: "projection-commit",
    text: `insert into fleet_commits (commit, author, message, request_id, committed_at) values ($1, $2, $3, $4, $5)`,
    values: [commit.id, commit.author, commit.message, requestId ?? null, rfc3339(commit.committedAt)],
  });
}

async function upsertFiles(tx: Db, commit: string, files: readonly ProjectedFile[]): Promise<void> {
  if (files.length === 0) return;
  await tx.query({
    name: "projection-upsert",
    // The commit's place in the history: an object that is deleted and made again never has a version that it had before.
    text: `insert into fleet_objects (kind, name, path, blob, form, problem, commit, version)
           select f.kind, f.name, f.path, f.blob, f.form, f.problem, c.commit, c.position
             from jsonb_to_recordset($1::jsonb) as f (kind text, name text, path text, blob text, form jsonb, problem jsonb)
             join fleet_commits c on c.commit = $2
           on conflict (kind, name) do update
              set path = excluded.path, blob = excluded.blob, form = excluded.form, problem = excluded.problem, commit = excluded.commit,
                  version = excluded.version, updated_at = now()`,
    values: [JSON.stringify(files), commit],
  });
}

async function deleteFiles(tx: Db, files: readonly ProjectedFile[]): Promise<void> {
  if (files.length === 0) return;
  await tx.query({
    name: "projection-delete",
    text: `delete from fleet_objects o using jsonb_to_recordset($1::jsonb) as f (kind text, name text)
            where o.kind = f.kind and o.name = f.name`,
    values: [JSON.stringify(files.map(({ kind, name }) => ({ kind, name })))],
  });
}

/** Of all clusters anew: a file may have taken over another one's id, or lost it. */
async function markFiled(tx: Db, changed: readonly ProjectedFile[]): Promise<void> {
  if (!changed.some(({ kind }) => kind === "Cluster")) return;
  await tx.query({
    name: "clusters-mark-filed",
    text: `update clusters c set filed = not c.filed
             from (select id, exists (select from fleet_objects f where f.kind = 'Cluster' and f.form is not null and f.form ->> 'id' = clusters.id) as filed
                     from clusters) now
            where c.id = now.id and c.filed <> now.filed`,
  });
}

interface NamedCluster {
  readonly id: string;
  readonly name: string;
}

const clustersOf = (files: readonly ProjectedFile[]): readonly NamedCluster[] =>
  files.flatMap(({ kind, name, form }) =>
    kind === "Cluster" && form !== undefined ? [{ name, id: (form as FleetForms["Cluster"]).id }] : [],
  );

/** A name may pass from one id to another, or two may change places: names are freed first, and a cluster without a file keeps its id as its name. */
async function upsertClusters(tx: Db, clusters: readonly NamedCluster[]): Promise<void> {
  if (clusters.length === 0) return;
  const values = [JSON.stringify(clusters)];
  await tx.query({
    name: "clusters-free-names",
    text: `update clusters c set name = c.id, version = c.version + 1
             from jsonb_to_recordset($1::jsonb) as f (id text, name text)
            where c.name = f.name and c.id <> f.id`,
    values,
  });
  await tx.query({
    name: "clusters-name",
    text: `insert into clusters (id, name)
           select f.id, f.name from jsonb_to_recordset($1::jsonb) as f (id text, name text)
           on conflict (id) do update set name = excluded.name, version = clusters.version + 1
            where clusters.name <> excluded.name`,
    values,
  });
}

/** Those that were not known before. */
async function insertSources(tx: Db, sources: readonly SourceRef[]): Promise<readonly SourceRef[]> {
  if (sources.length === 0) return [];
  const { rows } = await tx.query<SourceRef & Record<string, string>>({
    name: "sources-add",
    text: `insert into sources (repository, ref)
           select f.repository, f.ref from jsonb_to_recordset($1::jsonb) as f (repository text, ref text)
           on conflict do nothing
           returning repository, ref`,
    values: [JSON.stringify(sources)],
  });
  return rows;
}

/** Also of a place that is no more: what lists places would not find it any more, and could not name it. */
const placeEvent = ({ application, environment }: Projection["places"][number]): NewEvent => ({
  kind: "PlacementChanged",
  subject: `applications/${application}`,
  body: { application, environment },
});

const maxListed = 50;
const subjectOf = (message: string): string => (message.split("\n")[0] ?? "").slice(0, 200);

function eventsOf({ commit, result }: Projection): readonly NewEvent[] {
  const changed = [...result.upserted, ...result.removed].map(({ path }) => path);
  return [
    {
      kind: "FleetProjected",
      subject: `fleet/${commit.id}`,
      body: {
        commit: commit.id,
        author: commit.author,
        message: subjectOf(commit.message),
        changed: changed.slice(0, maxListed),
        files: changed.length,
      },
    },
    ...result.upserted
      .filter(({ problem }) => problem !== undefined)
      .slice(0, maxListed)
      .map(({ kind, name, path, problem }) => ({
        kind: "FleetFileInvalid",
        subject: `fleet/${commit.id}`,
        body: { kind, name, path, problem },
      })),
  ];
}

const problemSetting = "fleet.problem";

async function loadProblem(db: Db): Promise<Problem | undefined> {
  const { rows } = await db.query<{ value: Problem }>({
    name: "fleet-problem-load",
    text: "select value from settings where key = $1",
    values: [problemSetting],
  });
  return rows[0]?.value;
}

async function storeProblem(tx: Db, problem: Problem | undefined): Promise<void> {
  if (canonicalJson(await loadProblem(tx)) === canonicalJson(problem)) return;
  await tx.query({
    name: "fleet-problem-store",
    text: `with removed as (delete from settings where key = $1 and $2::jsonb is null)
           insert into settings (key, value) select $1, $2::jsonb where $2::jsonb is not null
           on conflict (key) do update set value = excluded.value`,
    values: [problemSetting, problem === undefined ? null : JSON.stringify(problem)],
  });
  await recordEvents(tx, [
    { kind: problem === undefined ? "FleetRecovered" : "FleetHeld", subject: "fleet", body: { problem: problem ?? null } },
  ]);
}
