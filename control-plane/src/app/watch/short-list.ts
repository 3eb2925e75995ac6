import type { Page, PageRequest } from "../page.ts";
import { everyPage } from "./every-page.ts";
import type { Watched } from "./watch-resource.ts";

/** For lists that are short by nature: they are read whole, and picked from here. */
export function shortList<Filter, Item>(
  list: (filter: Filter, page: PageRequest) => Promise<Page<Item>>,
  keyOf: (item: Item) => string,
  { filter, always }: { readonly filter: Filter; readonly always: Filter },
): Pick<Watched<Item>, "list" | "matching" | "existing" | "keyOf"> {
  const among = async (which: Filter, subjects: readonly string[]): Promise<readonly Item[]> => {
    const items = await everyPage((page) => list(which, page));
    return subjects.includes("/") ? items : items.filter((item) => subjects.includes(keyOf(item)));
  };
  return {
    keyOf,
    list: (page) => list(filter, page),
    matching: (subjects) => among(filter, subjects),
    existing: (subjects) => among(always, subjects),
  };
}
