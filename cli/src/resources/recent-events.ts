import type { Client, Event } from "@drover/proto/rest";

export interface EventQuery {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
}

/** As many as one answer holds. */
const most = 500;

/** The newest that the server still has, oldest first. */
export async function recentEvents(client: Client, query: EventQuery, count: number): Promise<readonly Event[]> {
  if (count === 0) return [];
  const { items } = await client("listEvents", { query: { ...query, tail: Math.min(count, most) } });
  return items;
}
