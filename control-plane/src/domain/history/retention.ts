const day = 24 * 60 * 60_000;

/** A year and a month, so that last year's incident can be compared; of what changes rarely the newest records stay for ever. */
export const keepHistory = { keepMs: 400 * day, keepRows: 50 } as const;
