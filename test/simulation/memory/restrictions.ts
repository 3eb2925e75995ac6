import { type Cluster, defaultProject, type Environment, type Freeze, type Window } from "@drover/proto/fleet";
import { fleetStopped, type PlaceName } from "../../../control-plane/src/app/placement/placement-store.ts";
import type { ClusterWindows, RestrictionFacts } from "../../../control-plane/src/domain/window/restrict.ts";
import { acts } from "./active-phases.ts";
import type { MemoryDatabase } from "./database.ts";
import type { TargetRow } from "./rows.ts";
import { askFor } from "./work-queue.ts";

/** What people laid over the plans of a place. Of windows only the environment's and the clusters' own are kept here. */
export function restrictionFacts(
  database: MemoryDatabase,
  { application, environment }: PlaceName,
  targets: readonly TargetRow[],
): RestrictionFacts {
  const { fleetObjects, emergencyStops } = database;
  const form = fleetObjects.get(`Environment/${environment}`)?.form as Environment | undefined;
  return {
    place: { project: defaultProject, environment, application },
    stopped: emergencyStops.get("fleet"),
    freezes: fleetObjects.of("Freeze").map(({ name, form: freeze }) => ({ name, form: freeze as Freeze })),
    breakGlasses: [],
    windows: [{ scope: "environment", owner: environment, windows: form?.windows ?? [] }],
    clusters: targets.flatMap(({ clusterId }): readonly ClusterWindows[] => {
      const name = database.clusters.get(clusterId)?.name ?? "";
      const windows = (fleetObjects.get(`Cluster/${name}`)?.form as Cluster | undefined)?.windows as readonly Window[] | undefined;
      return windows === undefined ? [] : [{ clusterId, name, windows }];
    }),
  };
}

/** The new version makes a plan that was thought out before stale. */
export function recheckOpenRollouts(database: MemoryDatabase): void {
  const open = [...database.rollouts.all()].filter(({ phase }) => acts(phase));
  for (const row of open) database.rollouts.put(row.id, { ...row, version: row.version + 1 });
  askFor(
    database,
    "rollout",
    open.map(({ id }) => id),
  );
}

/** What `drover stop` and its release do. */
export function stopFleet(database: MemoryDatabase, isStopped: boolean): void {
  database.transaction(() => {
    if (isStopped === (database.emergencyStops.get("fleet") !== undefined)) return;
    if (isStopped) database.emergencyStops.put("fleet", { actor: "user/ada", reason: "because", since: database.now() });
    else database.emergencyStops.delete("fleet");
    recheckOpenRollouts(database);
    const waiting = [...database.placements.all()].filter(({ stored }) => stored.problem?.code === fleetStopped);
    askFor(
      database,
      "placement",
      waiting.map(({ application, environment }) => `${application} ${environment}`),
    );
  });
}
