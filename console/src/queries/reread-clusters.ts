import type { Client, Cluster } from "@drover/proto/rest";
import type { QueryClient } from "@tanstack/react-query";
import { clustersKey } from "./clusters.ts";
import { pageSize, type Whole } from "./whole.ts";

/** Reads some clusters anew, and puts them in their places in the list of all, where there is one. */
export async function rereadClusters(queries: QueryClient, client: Client, ids: readonly string[]): Promise<void> {
  const list = queries.getQueryCache().find({ queryKey: clustersKey, exact: true });
  if (ids.length === 0 || list === undefined) return;
  // Nobody looks: whoever does next reads it.
  if (!list.isActive()) return list.invalidate();
  // An answer that is on its way may be older than what is read now: it goes first.
  await list.promise?.catch(() => {});
  const filter = ids.map((id) => `id = "${id}"`).join(" OR ");
  const answer = await client("listClusters", { query: { filter, pageSize } }).catch(() => undefined);
  if (answer === undefined) return queries.invalidateQueries({ queryKey: clustersKey, exact: true });
  queries.setQueryData<Whole<Cluster>>(clustersKey, (known) => known && { ...known, items: replaced(known.items, ids, answer.items) });
}

/** Those that are named and no longer there are left out; new ones come last. The others are the same objects as before. */
export function replaced(known: readonly Cluster[], ids: readonly string[], answered: readonly Cluster[]): readonly Cluster[] {
  const byId = new Map(answered.map((cluster) => [cluster.id, cluster]));
  const gone = new Set(ids.filter((id) => !byId.has(id)));
  const kept = known.filter(({ id }) => !gone.has(id)).map((cluster) => byId.get(cluster.id) ?? cluster);
  const there = new Set(kept.map(({ id }) => id));
  return [...kept, ...answered.filter(({ id }) => !there.has(id))];
}
