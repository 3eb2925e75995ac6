import type { Page, PageKey, PageRequest } from "../page.ts";

const size = 500;

/** All items of a list that the caller has narrowed to a few. */
export async function everyPage<Item>(list: (page: PageRequest) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: PageKey | undefined;
  do {
    const page = await list({ size, after });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}
