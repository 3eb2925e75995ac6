import type { Assignment } from "@drover/proto/wire";
import { resumeSync, tryAgain } from "../../../domain/order/sync-record.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { deleteHook } from "../sync/hook-deletion.ts";
import { type HookProgress, runHooks } from "../sync/hooks.ts";
import type { Outcome } from "../outcome.ts";
import { targetOf } from "../bundle/read-bundle.ts";
import { failedHookOf } from "../sync/sync-phases.ts";
import { waitText } from "../sync/wait.ts";

/** What is left to do of the hooks of a removal: `undefined` when it may go on. */
export async function runDeleteHooks(
  application: Application,
  assignment: Assignment,
  phase: "PreDelete" | "PostDelete",
  context: EngineContext,
): Promise<Outcome | undefined> {
  await knowHooks(application, assignment, context);
  const { sync } = application;
  application.sync = sync?.failed && sync.failed.generation !== assignment.generation ? tryAgain(sync) : sync;
  return outcomeOf(application, await runHooks(application, phase, context));
}

/** They are those of the bundle in force, which a process that found the removal under way has not read. */
async function knowHooks(application: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  application.sync ??= resumeSync(undefined, assignment.bundle.sha256, assignment.generation);
  if (application.target) return;
  const inForce = application.sync.inForce ?? assignment.bundle.sha256;
  const stored = await context.bundles.loadStored(application.name, inForce, context.signal);
  const objects = stored ?? (await context.bundles.load(assignment, context.signal));
  application.target = await targetOf(objects, inForce, assignment, context);
}

function outcomeOf(application: Application, progress: HookProgress): Outcome | undefined {
  switch (progress.kind) {
    case "done":
      return undefined;
    case "waiting":
      application.wait = progress.wait;
      application.progress = { kind: "waiting", for: waitText(progress.wait, application, new Map()) };
      return { kind: "settled" };
    case "failed":
      application.progress = { kind: "stopped", by: failedHookOf(application) };
      return { kind: "settled" };
  }
}

/** The application is gone: so is what its last hooks left. */
export async function deleteHooksLeft(application: Application, context: EngineContext): Promise<void> {
  await context.inventories.save(application); // that they have run must not be known from them alone
  for (const { key, uid } of application.sync?.runs ?? []) {
    const hook = application.target?.hooks.get(key);
    if (hook && uid !== "") await deleteHook(application, hook, uid, context);
  }
}
