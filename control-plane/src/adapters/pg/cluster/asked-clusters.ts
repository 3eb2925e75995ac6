import { type ClusterId, DroverError, type Instant } from "@drover/kit";
import type { ClusterState } from "@drover/proto/rest";
import { publicKeyOfNkey, type PublicKey } from "@drover/proto/wire";
import type { AskedClusters } from "../../../app/question/ask-cluster.ts";
import { clusterState } from "./cluster-state-sql.ts";
import type { Db } from "../database.ts";

interface Row {
  readonly id: ClusterId;
  readonly name: string;
  readonly state: ClusterState;
  readonly cluster_uid: string | null;
  readonly public_key: string | null;
  readonly previous_key: string | null;
  readonly seen_at: Instant | null;
}

export const createAskedClusters = (db: Db): AskedClusters => ({
  async load(cluster) {
    const { rows } = await db.query<Row>({
      name: "asked-cluster-load",
      text: `select c.id, c.name, ${clusterState("c", "r")} as state, c.cluster_uid, c.public_key,
                    case when c.previous_until > now() then c.previous_key end as previous_key, r.seen_at
               from clusters c left join cluster_reports r on r.cluster_id = c.id
              where c.id = $1`,
      values: [cluster],
    });
    const [row] = rows;
    if (row === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `ask: there is no cluster ${cluster}`);
    const keys = [row.public_key, row.previous_key].filter((key) => key !== null);
    return {
      id: row.id,
      name: row.name,
      state: row.state,
      clusterUid: row.cluster_uid ?? "",
      lastSeenAt: row.seen_at ?? undefined,
      keys: new Map(keys.map((key): [string, PublicKey] => [key, publicKeyOfNkey("user", key)])),
    };
  },
});
