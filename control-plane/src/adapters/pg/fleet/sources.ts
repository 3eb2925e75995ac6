import type { SourceState, SourceStore } from "../../../app/source/source-store.ts";
import { type Place, placeKey, type SourceRef } from "../../../domain/fleet/affected.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { askFor } from "../work-queue.ts";

export const createSourceStore = (database: Database): SourceStore => ({
  load: (source) => load(database, source),
  list: () => list(database),
  advance: (source, commit, places) => database.transaction((tx) => advance(tx, source, commit, places)),
  setProblem: (source, problem, places) => database.transaction((tx) => setProblem(tx, source, problem, places)),
  remove: (source) => remove(database, source),
});

async function load(db: Db, { repository, ref }: SourceRef): Promise<SourceState | undefined> {
  const { rows } = await db.query<{ commit: string | null; problem: Problem | null }>({
    name: "source-load",
    text: "select commit, problem from sources where repository = $1 and ref = $2",
    values: [repository, ref],
  });
  return rows[0] && toState(rows[0]);
}

/** The row as it is, held against other writers until the transaction ends. */
async function lockSource(tx: Db, { repository, ref }: SourceRef): Promise<SourceState | undefined> {
  const { rows } = await tx.query<{ commit: string | null; problem: Problem | null }>({
    name: "source-lock",
    text: "select commit, problem from sources where repository = $1 and ref = $2 for update",
    values: [repository, ref],
  });
  return rows[0] && toState(rows[0]);
}

const toState = ({ commit, problem }: { readonly commit: string | null; readonly problem: Problem | null }): SourceState => ({
  commit: commit ?? undefined,
  problem: problem ?? undefined,
});

async function list(db: Db): Promise<readonly SourceRef[]> {
  const { rows } = await db.query<{ repository: string; ref: string }>({
    name: "source-list",
    text: "select repository, ref from sources order by repository, ref",
  });
  return rows;
}

async function advance(tx: Db, { repository, ref }: SourceRef, commit: string, places: readonly Place[]): Promise<void> {
  const before = await lockSource(tx, { repository, ref });
  await tx.query({
    name: "source-advance",
    text: `insert into sources (repository, ref, commit, fetched_at) values ($1, $2, $3, now())
           on conflict (repository, ref) do update set commit = excluded.commit, fetched_at = now(), problem = null`,
    values: [repository, ref, commit],
  });
  await askFor(tx, "placement", places.map(placeKey));
  if (before?.commit === commit && before.problem === undefined) return;
  await recordEvents(tx, [
    { kind: "SourceMoved", subject: "sources", body: { repository, ref, commit, applications: await applicationsOf(tx, repository) } },
  ]);
}

async function setProblem(tx: Db, source: SourceRef, problem: Problem, places: readonly Place[]): Promise<void> {
  const { repository, ref } = source;
  const before = await lockSource(tx, source);
  if (before !== undefined && before.commit === undefined) await askFor(tx, "placement", places.map(placeKey));
  const { rowCount } = await tx.query({
    name: "source-problem",
    text: `update sources set problem = $3, fetched_at = now()
            where repository = $1 and ref = $2 and problem is distinct from $3::jsonb`,
    values: [repository, ref, JSON.stringify(problem)],
  });
  if (rowCount !== 1) return;
  const applications = await applicationsOf(tx, repository);
  await recordEvents(tx, [{ kind: "SourceHeld", subject: "sources", body: { repository, ref, problem, applications } }]);
}

/** All that take anything from it: its problems are listed as theirs. */
async function applicationsOf(tx: Db, repository: string): Promise<readonly string[]> {
  const { rows } = await tx.query<{ name: string }>({
    name: "source-applications",
    text: "select name from fleet_objects where kind = 'Application' and form -> 'source' ->> 'repository' = $1 order by name",
    values: [repository],
  });
  return rows.map(({ name }) => name);
}

async function remove(db: Db, { repository, ref }: SourceRef): Promise<void> {
  await db.query({ name: "source-remove", text: "delete from sources where repository = $1 and ref = $2", values: [repository, ref] });
}
