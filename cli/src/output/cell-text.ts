import { formatAge } from "@drover/kit";

/** How long ago, as kubectl says it. */
export const age = (time: string | undefined): string => (time === undefined ? "<unknown>" : formatAge(Date.now() - Date.parse(time)));
export const labels = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
/** A commit by its first letters, all else as it is. */
export const short = (revision: string | undefined): string =>
  revision === undefined ? "" : /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
export const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
