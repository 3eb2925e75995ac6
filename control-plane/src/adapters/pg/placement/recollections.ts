import type { ClusterId } from "@drover/kit";
import type { Assignment, Digest } from "@drover/proto/wire";
import { contentDigestOf } from "../../../domain/placement/content.ts";
import { askPlacesOf } from "../cluster/cluster-places.ts";
import type { Db } from "../database.ts";

/** Whether this is the first that we hear of what the cluster holds; from now on it can be given something. */
export async function learnHolds(tx: Db, cluster: ClusterId): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "cluster-learn-holds",
    text: "update clusters set holds_known = true, version = version + 1 where id = $1 and not holds_known",
    values: [cluster],
  });
  if (rowCount === 0) return false;
  await askPlacesOf(tx, cluster);
  return true;
}

/** Remembers what the cluster was given by a database that is gone. */
export async function recollect(tx: Db, cluster: ClusterId, held: Assignment): Promise<void> {
  const digest = contentDigestOf({ ...held, bundle: held.bundle.sha256 as Digest });
  await tx.query({
    text: `insert into recollections (cluster_id, application, environment, generation, revision, content_digest)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (cluster_id, application) do update
             set environment = excluded.environment, generation = excluded.generation, revision = excluded.revision,
                 content_digest = excluded.content_digest`,
    values: [cluster, held.application, held.environment, held.generation, held.revision, held.state === "active" ? digest : null],
  });
}

/** What clusters hold of the application that nothing has been decided about here: the content's digest, "" for none that could be wanted. */
export async function loadRecollected(db: Db, application: string): Promise<ReadonlyMap<ClusterId, Digest | "">> {
  const { rows } = await db.query<{ cluster_id: ClusterId; content_digest: Digest | null }>({
    name: "recollections-load",
    text: `select cluster_id, content_digest from recollections m
            where application = $1
              and not exists (select from assignments a where a.cluster_id = m.cluster_id and a.application = m.application)`,
    values: [application],
  });
  return new Map(rows.map((row) => [row.cluster_id, row.content_digest ?? ""]));
}
