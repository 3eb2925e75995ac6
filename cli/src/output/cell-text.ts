import { formatAge, shortRevision } from "@drover/kit";

/** How long ago, as kubectl says it. */
export const age = (time: string | undefined): string => (time === undefined ? "<unknown>" : formatAge(Date.now() - Date.parse(time)));
export const labels = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
/** Nothing where there is none. */
export const short = (revision: string | undefined): string => (revision === undefined ? "" : shortRevision(revision));
export const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
