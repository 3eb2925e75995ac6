let pagesSeen = 0;

/** Called as each page appears. The first one leaves the focus where the browser put it. */
export const wasNavigated = (): boolean => (pagesSeen += 1) > 1;
