import type { Sort } from "./data-table.tsx";

/** `-seen` is the column `seen`, descending. */
export const sortOf = (text: string): Sort => ({ by: text.replace(/^-/, ""), descending: text.startsWith("-") });

/** What a click on a column's head asks for: that column, and the other way round when it was that already. */
export const nextSort = (text: string, by: string): string => (text === by ? `-${by}` : by);
