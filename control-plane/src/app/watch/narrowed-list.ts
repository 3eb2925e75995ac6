import { type ListRequest, type Page, unfiltered } from "../page.ts";
import { everyPage } from "./every-page.ts";
import type { Watched } from "./watch-resource.ts";

/** For lists of any length, which the database narrows to the subjects. `only` may let through more of them than were meant. */
export function narrowedList<Item>(
  list: (request: ListRequest) => Promise<Page<Item>>,
  asked: ListRequest,
  only: (subjects: readonly string[]) => ListRequest["only"],
): Pick<Watched<Item>, "list" | "matching" | "existing"> {
  const narrow = (subjects: readonly string[]): Pick<ListRequest, "only"> => {
    const few = subjects.includes("/") ? undefined : only(subjects);
    return few === undefined ? {} : { only: few };
  };
  return {
    list: (page) => list({ ...asked, ...page }),
    matching: (subjects) => everyPage((page) => list({ ...asked, ...page, ...narrow(subjects) })),
    existing: (subjects) => everyPage((page) => list({ ...unfiltered(page), ...narrow(subjects) })),
  };
}

/** For lists that are short by nature, or whose subjects are none of their fields. */
export const whole = (): undefined => undefined;
