import type { Assignment } from "@drover/proto/wire";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import type { Outcome } from "./reconcile.ts";

/** One run for an application that leaves: the objects stay as they are and the agent lets go of them. */
export async function remove(application: Application, _assignment: Assignment, context: EngineContext): Promise<Outcome> {
  application.objects.clear();
  application.wantedFrom = undefined;
  application.removed = true;
  await context.inventories.remove(application);
  return { kind: "settled" };
}
