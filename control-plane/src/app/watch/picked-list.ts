import type { Page, PageRequest } from "../page.ts";
import { everyPage } from "./every-page.ts";
import type { Watched } from "./watch-resource.ts";

type Picked<Filter> = Filter & { readonly only?: readonly string[] | undefined };

/** For lists of any length whose filter takes the subjects themselves. */
export function pickedList<Filter extends object, Item>(
  list: (filter: Picked<Filter>, page: PageRequest) => Promise<Page<Item>>,
  filter: Filter,
): Pick<Watched<Item>, "list" | "matching" | "existing"> {
  const among = (which: Filter | {}, subjects: readonly string[]): Promise<readonly Item[]> => {
    const picked = { ...which, ...(subjects.includes("/") ? {} : { only: subjects }) } as Picked<Filter>;
    return everyPage((page) => list(picked, page));
  };
  return {
    list: (page) => list(filter, page),
    matching: (subjects) => among(filter, subjects),
    existing: (subjects) => among({}, subjects),
  };
}
