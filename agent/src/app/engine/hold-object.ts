import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { observe } from "./observe.ts";
import type { ObjectEvent, Tracked } from "./tracked.ts";

/**
 * Does work on one object while nobody else does. Watch events of it wait until the work is done, because most of them are
 * its own echo and come before the answer; then the last of them is judged against that answer.
 */
export function holdObject<T>(
  application: Application,
  tracked: Tracked,
  priority: "urgent" | "normal",
  context: EngineContext,
  work: () => Promise<T>,
): Promise<T> {
  return context.work.run(
    tracked.key,
    async () => {
      try {
        return await work();
      } finally {
        const event = tracked.unseen;
        tracked.unseen = undefined;
        if (event) observe(application, tracked, event);
        context.observed(application, tracked);
      }
    },
    priority,
  );
}

/** Takes a watch event in now, or after the work that is being done on the object. */
export function receive(application: Application, tracked: Tracked, event: ObjectEvent, context: EngineContext): void {
  if (context.work.isBusy(tracked.key)) {
    tracked.unseen = event;
    return;
  }
  observe(application, tracked, event);
  context.observed(application, tracked);
}
