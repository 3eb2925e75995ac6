import type { ClusterId } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { PlaceName } from "../../../app/placement/placement-store.ts";
import type { PreviewStore, PreviewTarget } from "../../../app/rollout/preview-rollout.ts";
import type { Database, Db } from "../database.ts";
import { loadRestrictionFacts } from "../restriction/restriction-facts.ts";
import { targetColumns, type TargetRow, targetSourcesOf, toTarget, windowsOf } from "./target-rows.ts";

export const createPreviewStore = (database: Database): PreviewStore => ({
  async load(place, clusterIds) {
    const rows = await loadTargets(database, place, clusterIds);
    const facts = await loadRestrictionFacts(database, place.application, place.environment);
    return { targets: rows.map(toPreviewTarget), restrictedBy: { ...facts, clusters: rows.flatMap(windowsOf) } };
  },
});

/** Rows of a rollout that is not there, each as its first look would find it. */
const newTargets = `(
  select (jsonb_populate_record(null::rollout_targets, jsonb_build_object('rollout_id', '', 'cluster_id', id, 'state', 'waiting',
                                                                          'was_degraded', false, 'was_refused', false, 'retried', false))).*
    from unnest($1::text[]) as id)`;

type PreviewRow = TargetRow & {
  readonly has_revision: string | null;
  readonly has_bundle: Digest | null;
  readonly has_digest: Digest | null;
};

async function loadTargets(
  db: Db,
  { application, environment }: PlaceName,
  clusterIds: readonly ClusterId[],
): Promise<readonly PreviewRow[]> {
  const { rows } = await db.query<PreviewRow>({
    name: "preview-targets",
    text: `select ${targetColumns}, h.revision as has_revision, h.bundle as has_bundle, h.content_digest as has_digest
           ${targetSourcesOf(newTargets)}
           left join lateral (select revision, bundle, content_digest, state from assignments
                               where cluster_id = t.cluster_id and application = $2 limit 1) h on h.state in ('active', 'suspended')`,
    values: [clusterIds, application, environment],
  });
  return rows;
}

const toPreviewTarget = (row: PreviewRow): PreviewTarget => ({
  target: toTarget(row),
  current:
    row.has_revision === null || row.has_bundle === null || row.has_digest === null
      ? undefined
      : { revision: row.has_revision, bundle: row.has_bundle, contentDigest: row.has_digest },
});
