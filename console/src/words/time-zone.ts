/** Said once on a page that tells times of the clock: they are the reader's own. */
export const timesAreOf = (): string => `Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
