import { type ClusterId, type Labels, type LabelSelector, matchesSelector } from "@drover/kit";
import { placeKey } from "../../../domain/fleet/affected.ts";
import type { Db } from "../database.ts";
import { askFor } from "../work-queue.ts";

/** Has a look taken at every place that this cluster is or would be part of: it has just enrolled, or was revoked. */
export async function askPlacesOf(tx: Db, cluster: ClusterId): Promise<void> {
  const { rows } = await tx.query<{ application: string; environment: string; selector: LabelSelector; labels: Labels | null }>({
    name: "cluster-places",
    text: `select p.application, p.environment, e.form -> 'clusterSelector' as selector, f.form -> 'labels' as labels
             from clusters c
             join fleet_objects f on f.kind = 'Cluster' and f.name = c.name
             cross join placements p
             join fleet_objects e on e.kind = 'Environment' and e.name = p.environment
            where c.id = $1 and e.form is not null`,
    values: [cluster],
  });
  const places = rows.filter(({ selector, labels }) => matchesSelector(selector, labels ?? {}));
  await askFor(tx, "placement", places.map(placeKey));
}

/** Has a look taken at every removal: there are few, and any may have waited for the cluster that was just revoked. */
export async function askRemovals(tx: Db): Promise<void> {
  const { rows } = await tx.query<{ key: string }>({
    name: "cluster-removals",
    text: "select kind || ' ' || name as key from fleet_objects where kind in ('ApplicationRemoval', 'ClusterRemoval')",
  });
  await askFor(
    tx,
    "removal",
    rows.map(({ key }) => key),
  );
}
