import type { Client, Event } from "@drover/proto/rest";

export interface EventQuery {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
}

/** The list begins with the oldest: so many pages are read at most. */
const mostPages = 20;

/** The newest that the server still has, oldest first. */
export async function recentEvents(client: Client, query: EventQuery, count: number): Promise<readonly Event[]> {
  let newest: readonly Event[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextPageToken } = await client("listEvents", { query: { ...query, pageSize: 500, pageToken } });
    newest = [...newest, ...items].slice(-count);
    if (nextPageToken === undefined) break;
    pageToken = nextPageToken;
  }
  return newest;
}
