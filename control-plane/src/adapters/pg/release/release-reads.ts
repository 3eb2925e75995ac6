import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Bundle, type Release, releaseFields } from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { ReleaseReads } from "../../../app/read-models.ts";
import type { Problem, ReleaseSpec } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";

interface ReleaseRow {
  readonly id: string;
  readonly application: string;
  readonly number: number;
  readonly revision: string;
  readonly spec: ReleaseSpec;
  readonly author: string;
  readonly message: string;
  readonly committed_at: Instant;
  readonly created_at: Instant;
  readonly problem: Problem | null;
}

/** What was wrong with values may be mended after the release: a problem counts until something was made of it again. */
const problem = `
  (select ren.problem from renders ren
    where ren.release_id = r.id and ren.problem is not null
      and not exists (select from renders later
                       where later.release_id = r.id and later.bundle is not null and later.rendered_at > ren.rendered_at)
    order by ren.rendered_at desc limit 1)`;

const columns = `
  r.id, r.application, r.number, r.revision, r.spec, r.author, r.message, r.committed_at, r.created_at, ${problem} as problem`;

const releases: List<keyof typeof releaseFields> = {
  name: "releases-list",
  fields: releaseFields,
  columns: {
    id: "r.id",
    name: "(r.application || '-' || r.number)",
    application: "r.application",
    number: "r.number",
    revision: "r.revision",
    repository: "(r.spec ->> 'repository')",
    path: "(r.spec ->> 'path')",
    render: "(r.spec -> 'render' ->> 'kind')",
    author: "r.author",
    message: "r.message",
    committedAt: "r.committed_at",
    createdAt: "r.created_at",
  },
  select: columns,
  from: "releases r",
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

export const createReleaseReads = (db: Db): ReleaseReads => ({
  list: (request) => listPage(db, releases, request, shown),
  get: (idOrName) => getRelease(db, idOrName),
  getBundle: (digest) => getBundle(db, digest),
  loadBundle: (digest) => loadBundle(db, digest),
});

async function getRelease(db: Db, idOrName: string): Promise<Release> {
  const { rows } = await db.query<ReleaseRow>({
    name: "releases-get",
    text: `select ${columns} from releases r where r.id = $1 or r.application || '-' || r.number = $1 order by (r.id = $1) desc limit 1`,
    values: [idOrName],
  });
  if (rows[0] === undefined)
    throw new DroverError("not-found", "RELEASE_NOT_FOUND", `release ${idOrName}: there is none with this id or name`);
  return shown(rows[0]);
}

async function getBundle(db: Db, digest: string): Promise<Bundle> {
  const { rows } = await db.query<{ size: number; objects: number; created_at: Instant; releases: string[] }>({
    name: "bundles-get",
    text: `select b.size, b.objects, b.created_at,
                  array(select rel.application || '-' || rel.number
                          from (select distinct release_id from renders where bundle = b.digest) ren
                          join releases rel on rel.id = ren.release_id order by rel.created_at desc limit 20) as releases
             from bundles b where b.digest = $1`,
    values: [digest],
  });
  const [row] = rows;
  if (row === undefined) throw bundleNotFound(digest);
  return { digest, size: row.size, objects: row.objects, createdAt: rfc3339(row.created_at), releases: row.releases };
}

export async function loadBundle(db: Db, digest: string): Promise<{ readonly digest: Digest; readonly gzip: Uint8Array }> {
  const { rows } = await db.query<{ gzip: Buffer }>({
    name: "bundles-load",
    text: "select gzip from bundles where digest = $1",
    values: [digest],
  });
  if (rows[0] === undefined) throw bundleNotFound(digest);
  return { digest: digest as Digest, gzip: rows[0].gzip };
}

const bundleNotFound = (digest: string): DroverError =>
  new DroverError("not-found", "BUNDLE_NOT_FOUND", `bundle ${digest}: nothing was rendered to it, or it is no longer kept`);

const shown = (row: ReleaseRow): Release => ({
  id: row.id,
  name: `${row.application}-${row.number}`,
  application: row.application,
  number: row.number,
  revision: row.revision,
  repository: row.spec.repository,
  path: row.spec.path,
  render: row.spec.render.kind,
  author: row.author,
  message: row.message,
  committedAt: rfc3339(row.committed_at),
  createdAt: rfc3339(row.created_at),
  ...(row.problem === null ? {} : { problem: row.problem }),
});
