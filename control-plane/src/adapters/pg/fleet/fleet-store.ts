import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import type { FleetStore, StoredObject } from "../../../app/fleet/fleet-store.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";

interface Row<Kind extends FleetKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly path: string;
  readonly form: FleetForms[Kind];
  readonly problem: Problem | null;
  readonly commit: string;
  readonly position: number;
  readonly version: number;
}

const toObject = <Kind extends FleetKind>({ problem, ...row }: Row<Kind>): StoredObject<Kind> => ({
  ...row,
  problem: problem ?? undefined,
});

async function get<Kind extends FleetKind>(db: Db, kind: Kind, name: string): Promise<StoredObject<Kind> | undefined> {
  const { rows } = await db.query<Row<Kind>>({
    name: "fleet-get",
    text: `select o.kind, o.name, o.path, o.form, o.problem, o.commit, c.position, o.version
             from fleet_objects o join fleet_commits c on c.commit = o.commit
            where o.kind = $1 and o.name = $2 and o.form is not null`,
    values: [kind, name],
  });
  return rows[0] && toObject(rows[0]);
}

async function list<Kind extends FleetKind>(db: Db, kind: Kind): Promise<readonly StoredObject<Kind>[]> {
  const { rows } = await db.query<Row<Kind>>({
    name: "fleet-list",
    text: `select o.kind, o.name, o.path, o.form, o.problem, o.commit, c.position, o.version
             from fleet_objects o join fleet_commits c on c.commit = o.commit
            where o.kind = $1 and o.form is not null
            order by o.name`,
    values: [kind],
  });
  return rows.map(toObject);
}

async function problems(db: Db): ReturnType<FleetStore["problems"]> {
  const { rows } = await db.query<{ kind: FleetKind; name: string; path: string; problem: Problem }>({
    name: "fleet-problems",
    text: "select kind, name, path, problem from fleet_objects where problem is not null order by path",
  });
  return rows;
}

export const createFleetStore = (db: Db): FleetStore => ({
  get: (kind, name) => get(db, kind, name),
  list: (kind) => list(db, kind),
  problems: () => problems(db),
});
