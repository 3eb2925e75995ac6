import type { RolloutSnapshot } from "../../../app/rollout/reconcile-rollout.ts";
import type { Brought } from "./begin-rollback.ts";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { askFor } from "../work-queue.ts";

interface NewQuarantine {
  readonly failed: RolloutSnapshot;
  readonly brought: Brought;
  readonly contents: readonly string[];
  readonly reason: string;
}

/**
 * Refuses what a rollout brought, at once. A revision is refused wherever the application goes, and the commit that says so follows; where
 * the files changed and the revision did not, just these contents are, in this place.
 */
export async function insertQuarantine(tx: Db, { failed, brought, contents, reason }: NewQuarantine): Promise<void> {
  const { application, environment } = failed;
  const { revision, to } = brought;
  const kind = revision === to.revision ? "Content" : "Revision";
  const { rows } = await tx.query<{ id: string }>({
    name: "quarantine-insert",
    text: `insert into quarantines (id, application, environment, kind, revision, content_digests, rollout_id, returns_to, reason)
           values (gen_random_uuid()::text, $1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    values: [application, environment, kind, revision, kind === "Content" ? contents : [], failed.id, to.revision, reason],
  });
  const id = rows[0]?.id ?? "";
  const body = { id, application, environment, kind, revision, rollout: failed.id, reason };
  await recordEvents(tx, [{ kind: "RevisionQuarantined", subject: `applications/${application}`, body }]);
  if (kind === "Revision") await askFor(tx, "quarantine", [id]);
  await askWherePlaced(tx, application);
}

/** Every place of the application looks again, and so does whatever brings the revision elsewhere. */
export async function askWherePlaced(tx: Db, application: string): Promise<void> {
  const { rows } = await tx.query<{ key: string }>({
    name: "quarantine-places",
    text: "select application || ' ' || environment as key from placements where application = $1",
    values: [application],
  });
  await askFor(
    tx,
    "placement",
    rows.map(({ key }) => key),
  );
}
