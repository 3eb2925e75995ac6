import { useSyncExternalStore } from "react";

/** Why the page as a whole cannot go on: a part of it did not come, or comes no more because the server runs another version. */
export type Interruption = "missing" | "updated";

let isUpdated = false;
const wishes = new Set<() => void>();
const watchers = new Set<() => void>();

const changed = (): void => watchers.forEach((watcher) => watcher());

/** Ends when somebody wants what did not come to be tried again. */
export const wish = (): Promise<void> =>
  new Promise((resolve) => {
    wishes.add(resolve);
    changed();
  });

export function tryAgain(): void {
  const waiting = [...wishes];
  wishes.clear();
  changed();
  waiting.forEach((go) => go());
}

/** From here on only another page helps. */
export function sayUpdated(): void {
  isUpdated = true;
  changed();
}

export const useInterruption = (): Interruption | undefined =>
  useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => watchers.delete(watcher)),
    () => (isUpdated ? "updated" : wishes.size > 0 ? "missing" : undefined),
  );
