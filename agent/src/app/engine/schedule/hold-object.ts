import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { observe } from "../watch/observe.ts";
import type { ObjectEvent, Tracked } from "../tracked.ts";

/**
 * Does work on one object while nobody else does. Watch events of it wait until the work is done, because most of them are
 * its own echo and come before the answer; then the last of them is judged against that answer.
 */
export async function holdObject<T>(
  application: Application,
  tracked: Tracked,
  priority: "urgent" | "normal",
  context: EngineContext,
  work: () => Promise<T>,
): Promise<T> {
  const judge = (): void => {
    const event = tracked.unseen;
    tracked.unseen = undefined;
    if (event) take(application, tracked, event, context);
    context.observed(application, tracked);
  };
  try {
    return await context.work.run(tracked.key, () => work().finally(judge), priority);
  } finally {
    // One that came after the work, and before the object was free again.
    if (tracked.unseen && !context.work.isBusy(tracked.key)) judge();
  }
}

/** Takes a watch event in now, or after the work that is being done on the object. */
export function receive(application: Application, tracked: Tracked, event: ObjectEvent, context: EngineContext): void {
  if (context.work.isBusy(tracked.key)) {
    tracked.unseen = event;
    return;
  }
  tracked.unseen = undefined;
  take(application, tracked, event, context);
  context.observed(application, tracked);
}

/** What only this event tells is stored: that a Job has run, or that a field is somebody else's from now on. */
function take(application: Application, tracked: Tracked, event: ObjectEvent, context: EngineContext): void {
  const { finished, applied } = tracked;
  observe(application, tracked, event);
  if (tracked.finished !== finished || tracked.applied !== applied) context.inventoryChanged(application);
}
