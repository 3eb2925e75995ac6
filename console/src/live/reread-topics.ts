import type { QueryClient } from "@tanstack/react-query";

/**
 * Asks anew for everything of these topics. Where a first answer is on its way, asking again would be answered with that one, which may
 * have been read before what happened: it comes first, and is asked for once more.
 */
export async function rereadTopics(queries: QueryClient, topics: readonly string[]): Promise<void> {
  const stale = topics.map((topic) => ({ queryKey: [topic] }));
  const onTheirWay = stale.flatMap((of) =>
    queries.getQueryCache().findAll({ ...of, fetchStatus: "fetching", predicate: ({ state }) => state.data === undefined }),
  );
  await Promise.all([
    ...stale.map((of) => queries.invalidateQueries(of)),
    ...onTheirWay.map(async (query) => {
      await query.promise?.catch(() => {});
      await queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }),
  ]);
}
