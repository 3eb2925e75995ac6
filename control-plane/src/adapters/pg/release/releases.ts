import type { Instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { NewRelease, ReleaseStore } from "../../../app/release/ensure-release.ts";
import { type RenderResult, type RenderStore } from "../../../app/release/render-release.ts";
import type { Inputs, Problem, Release, ReleaseId, Rendered, ReleaseSpec } from "../../../domain/release/release.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { loadBundle } from "./release-reads.ts";

export const createReleaseStore = (database: Database): ReleaseStore => ({
  find: (application, revision, specDigest) => findRelease(database, application, revision, specDigest),
  add: (release) => database.transaction((tx) => addRelease(tx, release)),
});

export const createRenderStore = (database: Database): RenderStore => ({
  find: (release, inputsDigest) => findRender(database, release, inputsDigest),
  save: (release, inputsDigest, inputs, result) => database.transaction((tx) => saveRender(tx, release, inputsDigest, inputs, result)),
  loadBundle: async (digest) => (await loadBundle(database, digest)).gzip,
});

interface ReleaseRow {
  readonly id: ReleaseId;
  readonly application: string;
  readonly number: number;
  readonly revision: string;
  readonly spec: ReleaseSpec;
  readonly author: string;
  readonly message: string;
  readonly committed_at: Instant;
}

const toRelease = ({ committed_at: committedAt, spec, ...row }: ReleaseRow): Release => ({
  ...row,
  // JSON has no undefined: an absent key is one.
  spec: { ...spec, credentialsRef: spec.credentialsRef },
  committedAt,
});

async function findRelease(db: Db, application: string, revision: string, specDigest: Digest): Promise<Release | undefined> {
  const { rows } = await db.query<ReleaseRow>({
    name: "release-find",
    text: `select id, application, number, revision, spec, author, message, committed_at
             from releases where application = $1 and revision = $2 and spec_digest = $3`,
    values: [application, revision, specDigest],
  });
  return rows[0] && toRelease(rows[0]);
}

async function addRelease(tx: Db, release: NewRelease): Promise<Release> {
  await lockNumbers(tx, release.application);
  const known = await findRelease(tx, release.application, release.revision, release.specDigest);
  if (known !== undefined) return known;
  const { rows } = await tx.query<ReleaseRow>({
    name: "release-add",
    text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
           select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 from releases where application = $2
           returning id, application, number, revision, spec, author, message, committed_at`,
    values: [
      release.id,
      release.application,
      release.revision,
      release.specDigest,
      storable(release.spec),
      storableText(release.author),
      storableText(release.message),
      new Date(release.committedAt),
    ],
  });
  const added = toRelease(rows[0] as ReleaseRow); // an insert that did not throw has returned its row
  const { id, application, number, revision } = added;
  await recordEvents(tx, [{ kind: "ReleaseCreated", subject: `applications/${application}`, body: { release: id, number, revision } }]);
  return added;
}

/** One at a time for each application until the transaction ends: numbers follow each other without gaps. */
async function lockNumbers(tx: Db, application: string): Promise<void> {
  await tx.query({
    name: "release-lock-numbers",
    text: "select pg_advisory_xact_lock(hashtextextended('releases ' || $1, 0))",
    values: [application],
  });
}

interface RenderRow {
  readonly problem: Problem | null;
  readonly digest: Digest | null;
  readonly size: number | null;
  readonly objects: number | null;
}

async function findRender(db: Db, release: Release, inputsDigest: string): Promise<Rendered | undefined> {
  const { rows } = await db.query<RenderRow>({
    name: "render-find",
    text: `select r.problem, b.digest, b.size, b.objects from renders r left join bundles b on b.digest = r.bundle
            where r.release_id = $1 and r.inputs_digest = $2`,
    values: [release.id, inputsDigest],
  });
  return rows[0] && toRendered(rows[0]);
}

function toRendered({ problem, digest, size, objects }: RenderRow): Rendered | undefined {
  if (problem !== null) return { kind: "problem", problem };
  return digest === null || size === null || objects === null ? undefined : { kind: "bundle", digest, size, objects };
}

/** An event only where what a release says of itself changes: most are rendered well, for many clusters. */
async function saveRender(tx: Db, release: Release, inputsDigest: string, inputs: Inputs, result: RenderResult): Promise<void> {
  if (result.kind === "bundle") {
    const { digest, size, objects, gzip } = result.bundle;
    await tx.query({
      name: "bundle-add",
      text: "insert into bundles (digest, size, objects, gzip) values ($1, $2, $3, $4) on conflict (digest) do nothing",
      values: [digest, size, objects, Buffer.from(gzip)],
    });
  }
  const { rows } = await tx.query<{ had_problem: boolean }>({
    name: "render-add",
    text: `with added as (
             insert into renders (release_id, inputs_digest, inputs, bundle, problem) values ($1, $2, $3, $4, $5)
             on conflict (release_id, inputs_digest) do nothing returning release_id)
           select exists (select from renders r where r.release_id = added.release_id and r.problem is not null) as had_problem from added`,
    values: [
      release.id,
      inputsDigest,
      storable(inputs),
      result.kind === "bundle" ? result.bundle.digest : null,
      result.kind === "problem" ? storable(result.problem) : null,
    ],
  });
  const [added] = rows;
  if (added === undefined || (result.kind === "bundle" && !added.had_problem)) return;
  const body = { release: release.id, ...(result.kind === "problem" ? { problem: result.problem.code } : {}) };
  await recordEvents(tx, [{ kind: "ReleaseRendered", subject: `applications/${release.application}`, body }]);
}

/** PostgreSQL's text and jsonb take neither NUL nor half a surrogate pair; tenants' files may hold both. */
const storableText = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd");

const storable = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "string" ? storableText(inner) : inner));
