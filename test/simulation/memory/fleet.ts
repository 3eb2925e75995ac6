import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import type { FleetStore, StoredObject } from "../../../control-plane/src/app/fleet/fleet-store.ts";
import type { MemoryDatabase } from "./database.ts";
import { recheckOpenRollouts } from "./restrictions.ts";
import { askFor } from "./work-queue.ts";

export const createMemoryFleetStore = ({ fleetObjects }: MemoryDatabase): FleetStore => ({
  get: async <Kind extends FleetKind>(kind: Kind, name: string) => fleetObjects.get(`${kind}/${name}`) as StoredObject<Kind> | undefined,
  list: async <Kind extends FleetKind>(kind: Kind) => fleetObjects.of(kind) as unknown as readonly StoredObject<Kind>[],
  problems: async () => [],
});

/** A commit in the fleet repository that changes one object, or takes it away, as the projection leaves it. */
export function projectFile<Kind extends FleetKind>(
  database: MemoryDatabase,
  kind: Kind,
  name: string,
  form: FleetForms[Kind] | undefined,
  position: number,
): void {
  database.transaction(() => {
    const key = `${kind}/${name}`;
    const version = (database.fleetObjects.get(key)?.version ?? 0) + 1;
    const stored = { kind, name, path: name, form, problem: undefined, commit: `fleet${position}`, position, version };
    if (form === undefined) database.fleetObjects.delete(key);
    else database.fleetObjects.put(key, stored as unknown as StoredObject<FleetKind>);
    if (kind === "Freeze") recheckOpenRollouts(database);
    askFor(database, "placement", [...placesOf(database)]);
  });
}

function* placesOf({ fleetObjects }: MemoryDatabase): Iterable<string> {
  for (const application of fleetObjects.of("Application"))
    for (const environment of fleetObjects.of("Environment")) yield `${application.name} ${environment.name}`;
}
