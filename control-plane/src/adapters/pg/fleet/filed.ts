import { nearest } from "@drover/proto/fleet";
import type { EditedKind } from "@drover/proto/rest";
import type { Filed } from "../../../app/fleet/filed.ts";
import type { Db } from "../database.ts";

/** A mistyped name is compared with so many. */
const maxNames = 10_000;

/** Whether the fleet repository has a file of this kind and name, valid or not, and which name is nearest where it has none. */
export async function isFiled(db: Db, kind: EditedKind, name: string): Promise<Filed> {
  const { rows } = await db.query<{ name: string }>({
    name: "filed-names",
    text: "select name from fleet_objects where kind = $1 order by name <> $2, name limit $3",
    values: [kind, name, maxNames],
  });
  if (rows[0]?.name === name) return { kind: "there" };
  const meant = nearest(
    name,
    rows.map((row) => row.name),
  );
  return { kind: "none", nearest: meant };
}
