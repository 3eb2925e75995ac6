import type { AssignedBundles } from "../../../app/agents/serve-bundle.ts";
import type { Db } from "../database.ts";

export const createAssignedBundles = (db: Db): AssignedBundles => ({
  async isAssigned(cluster, digest) {
    const { rowCount } = await db.query({
      name: "bundle-is-assigned",
      text: `select 1 from assignments a join clusters c on c.id = a.cluster_id and c.state = 'Enrolled'
              where a.cluster_id = $1 and a.bundle = $2 and a.state <> 'withdrawn' limit 1`,
      values: [cluster, digest],
    });
    return rowCount === 1;
  },

  async read(digest) {
    const { rows } = await db.query<{ gzip: Uint8Array }>({
      name: "bundle-read",
      text: "select gzip from bundles where digest = $1",
      values: [digest],
    });
    return rows[0]?.gzip;
  },
});
