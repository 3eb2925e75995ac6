/** 10,000 clusters; the page says when there are more. */
const maxPages = 20;
export const pageSize = 500;

/** A list to its end, or as far as one can still read it. */
export interface Whole<Item> {
  readonly items: readonly Item[];
  /** There are more than were asked for. */
  readonly cut: boolean;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken?: string;
}

export async function loadAll<Item>(loadPage: (pageToken: string | undefined) => Promise<Page<Item>>): Promise<Whole<Item>> {
  const items: Item[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { items: more, nextPageToken } = await loadPage(pageToken);
    items.push(...more);
    if (nextPageToken === undefined) return { items, cut: false };
    pageToken = nextPageToken;
  }
  return { items, cut: true };
}
