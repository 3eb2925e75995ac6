import type { ClusterId, Instant } from "@drover/kit";
import type { PeerStore, PlacePeers } from "../../../app/history/outliers.ts";
import type { PlaceName } from "../../../app/placement/placement-store.ts";
import type { Peer } from "../../../domain/history/explain-outlier.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { RolloutStrategy } from "../../../domain/rollout/strategy.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import type { Database, Db } from "../database.ts";

export const createPeerStore = (database: Database): PeerStore => ({
  load: (place) => loadPeers(database, place),
});

interface PeerRow {
  readonly cluster_id: ClusterId;
  readonly name: string;
  readonly state: Peer["given"]["state"];
  readonly revision: string;
  readonly release: string;
  readonly bundle: string;
  readonly had_revision: string | null;
  readonly had_release: string | null;
  readonly had_bundle: string | null;
  readonly goal_revision: string | null;
  readonly goal_bundle: string | null;
  readonly goal_scope: "Environment" | "Clusters" | null;
  readonly rollout_id: string | null;
  readonly phase: string | null;
  readonly target_state: TargetState | null;
  readonly wave: number | null;
  readonly strategy: RolloutStrategy | null;
  readonly held: Problem | null;
  readonly cluster_state: string;
  readonly seen_at: Instant | null;
  readonly maintenance: boolean | null;
}

/** What a cluster runs is what it last reported, by the record of that generation; what it was given, where it reported nothing that is known. */
async function loadPeers(db: Db, { application, environment }: PlaceName): Promise<PlacePeers> {
  const { rows } = await db.query<PeerRow & Record<string, unknown>>({
    name: "place-peers",
    text: `select a.cluster_id, c.name, a.state, a.revision, rel.application || '-' || rel.number as release, a.bundle,
                  h.revision as had_revision, had.application || '-' || had.number as had_release, h.bundle as had_bundle,
                  g.revision as goal_revision, g.bundle as goal_bundle, g.scope as goal_scope,
                  t.rollout_id, o.phase, t.state as target_state, t.wave, o.strategy,
                  (select held.value -> 'problem' from placements p, jsonb_array_elements(p.holds) held
                    where p.application = $1 and p.environment = $2 and held.value ->> 'clusterId' = a.cluster_id limit 1) as held,
                  c.state as cluster_state, r.seen_at, r.maintenance
             from assignments a
             join clusters c on c.id = a.cluster_id
             join releases rel on rel.id = a.release_id
             left join cluster_reports r on r.cluster_id = a.cluster_id
             left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application and s.generation <> a.generation
             left join lateral (select * from assignment_history where cluster_id = a.cluster_id and application = a.application
                                   and generation = s.generation and bundle = s.bundle order by at desc limit 1) h on true
             left join releases had on had.id = h.release_id
             left join goals g on g.application = $1 and g.environment = $2 and g.cluster_id = a.cluster_id
             left join rollouts o on o.id = g.rollout_id
             left join rollout_targets t on t.rollout_id = g.rollout_id and t.cluster_id = a.cluster_id
            where a.application = $1 and a.environment = $2 and not (a.state = 'withdrawn' and a.deletion_policy is not null)`,
    values: [application, environment],
  });
  const values = await loadValues(db, application, rows);
  return {
    revision: await loadWanted(db, application, environment),
    peers: rows.map((row) => {
      const peer = toPeer(row);
      return { ...peer, values: values.get(`${peer.has.revision} ${peer.has.bundle}`) };
    }),
  };
}

async function loadWanted(db: Db, application: string, environment: string): Promise<string | undefined> {
  const { rows } = await db.query<{ revision: string | null }>({
    name: "place-revision",
    text: "select revision from placements where application = $1 and environment = $2",
    values: [application, environment],
  });
  return rows[0]?.revision ?? undefined;
}

/** Of each revision and bundle, the inputs of a render that came to it. */
async function loadValues(
  db: Db,
  application: string,
  peers: readonly PeerRow[],
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const bundles = [...new Set(peers.map((row) => row.had_bundle ?? row.bundle))];
  const { rows } = await db.query<{ revision: string; bundle: string; inputs: Record<string, unknown> }>({
    name: "place-inputs",
    text: `select distinct on (rel.revision, n.bundle) rel.revision, n.bundle, n.inputs
             from releases rel join renders n on n.release_id = rel.id
            where rel.application = $1 and n.bundle = any ($2) order by rel.revision, n.bundle, n.rendered_at desc`,
    values: [application, bundles],
  });
  return new Map(rows.map(({ revision, bundle, inputs }) => [`${revision} ${bundle}`, inputs]));
}

const toPeer = (row: PeerRow): Omit<PlacePeers["peers"][number], "values"> => ({
  clusterId: row.cluster_id,
  cluster: row.name,
  has:
    row.had_revision === null || row.had_bundle === null
      ? { revision: row.revision, release: row.release, bundle: row.bundle }
      : { revision: row.had_revision, release: row.had_release ?? "", bundle: row.had_bundle },
  given: { revision: row.revision, bundle: row.bundle, state: row.state },
  goal:
    row.goal_revision === null || row.goal_bundle === null || row.goal_scope === null
      ? undefined
      : { revision: row.goal_revision, bundle: row.goal_bundle, scope: row.goal_scope },
  target: targetOf(row),
  held: row.held ?? undefined,
  isRevoked: row.cluster_state === "Revoked",
  lastSeen: row.seen_at ?? undefined,
  inMaintenance: row.maintenance === true,
});

function targetOf({ rollout_id, phase, target_state, wave, strategy }: PeerRow): Peer["target"] {
  if (rollout_id === null || phase === null || target_state === null) return undefined;
  const name = wave === null ? undefined : strategy?.waves[wave]?.name;
  return { rolloutId: rollout_id, phase, state: target_state, ...(name === undefined ? {} : { wave: name }) };
}
