import type { Labels } from "@drover/kit";
import type { Health, Sync } from "@drover/proto/wire";
import type { GateSnapshot } from "../../../app/gate/gate-snapshot.ts";
import type { WaveCluster } from "../../../domain/gate/wave-values.ts";
import type { TargetState } from "../../../domain/rollout/target.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";

interface Row {
  readonly name: string;
  readonly labels: Labels | null;
  readonly state: TargetState;
  readonly health: Health | null;
  readonly sync: Sync | null;
  readonly objects: number | null;
  readonly drifted: number | null;
  readonly [column: string]: unknown;
}

/**
 * The clusters that a gate's expression is about: the wave's after it, those of the earlier waves before it. A status counts only for the
 * assignment that this rollout made, in generation and bundle, from a cluster that is connected: old news open nothing.
 */
export async function loadWaveClusters(
  db: Db,
  { rolloutId, application, environment, place }: GateSnapshot,
): Promise<readonly WaveCluster[]> {
  const { rows } = await db.query<Row>({
    name: `wave-clusters-${place.when}`,
    text: `select c.name, f.form -> 'labels' as labels, t.state, s.health, s.sync, s.objects, s.drifted
             from rollout_targets t
             join clusters c on c.id = t.cluster_id
             left join fleet_objects f on f.kind = 'Cluster' and f.name = c.name
             left join cluster_reports r on r.cluster_id = t.cluster_id
             left join goals g on g.application = $2 and g.environment = $3 and g.cluster_id = t.cluster_id and g.rollout_id = t.rollout_id
             left join assignments a on a.cluster_id = t.cluster_id and a.application = $2 and a.state = 'active'
             left join statuses s on s.cluster_id = t.cluster_id and s.application = $2 and s.generation = a.generation
                                 and s.generation = coalesce(t.generation, a.generation) and s.bundle = g.bundle and a.bundle = g.bundle
                                 and ${clusterState("c", "r")} = 'Connected'
            where t.rollout_id = $1 and t.wave ${place.when === "after" ? "=" : "<"} $4 and t.state not in ('left','skipped')
            order by c.name`,
    values: [rolloutId, application, environment, place.wave],
  });
  return rows.map(({ name, labels, state, health, sync, objects, drifted }) => ({
    name,
    labels: labels ?? {},
    state,
    status: health === null || sync === null ? undefined : { health, sync, objects: objects ?? 0, drifted: drifted ?? 0 },
  }));
}
