import type { Clock } from "@drover/kit/node";
import type { ApiServer } from "../api-server.ts";
import type { Change, ObjectStore } from "../store.ts";

/** What keeps one kind of object true, as the controllers of a real cluster do. Works on keys; sees changes only to find them. */
export interface Controller {
  keysOf(change: Change): readonly string[];
  /** Does one step for the object of this key. Its own writes bring the next step. Answers when to look again, if nothing changes. */
  reconcile(key: string): { readonly againInMs: number } | undefined;
}

export interface ControllerDeps {
  readonly store: ObjectStore;
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly podStartMs: number;
}

/** Runs a controller's keys, each once however often it was named, in a later turn than the change that named it. */
export function runController(controller: Controller, { store, clock }: ControllerDeps, signal: AbortSignal): void {
  const pending = new Set<string>();
  const drain = (): void => {
    const keys = [...pending];
    pending.clear();
    for (const key of keys) {
      const again = controller.reconcile(key);
      if (again !== undefined) after(again.againInMs, () => enqueue(key));
    }
  };
  const after = (ms: number, run: () => void): void => void clock.sleep(ms, signal).then(run, () => undefined);
  const enqueue = (key: string): void => {
    if (pending.size === 0) after(0, drain);
    pending.add(key);
  };
  const unsubscribe = store.subscribe((change) => controller.keysOf(change).forEach(enqueue));
  signal.addEventListener("abort", unsubscribe, { once: true });
}
