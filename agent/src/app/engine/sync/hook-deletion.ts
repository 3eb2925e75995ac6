import { toDroverError } from "@drover/kit";
import type { HookPhase } from "../../../domain/order/hook.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import type { Hook } from "../bundle/target.ts";

/** Deleting these would take data or everything within them along, whatever a delete policy says. */
const keptKinds = new Set(["Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim"]);
export const isKept = ({ id }: Hook): boolean => keptKinds.has(id.kind);

/** Deletes exactly the object with this uid; that it is gone, the watch says. */
export async function deleteHook({ access }: Application, hook: Hook, uid: string, context: EngineContext): Promise<void> {
  const { group, kind, namespace, name } = hook.id;
  const resource = context.discovery.find(group, kind, hook.version);
  if (!resource || isKept(hook)) return;
  try {
    await access.kube.delete({ resource, namespace, name }, { uid }, context.signal);
  } catch (thrown) {
    const { code } = toDroverError(thrown);
    if (code !== "KUBE_NOT_FOUND" && code !== "KUBE_STALE") throw thrown;
  }
}

/** Deletes what the hooks of a phase that is over do not want to keep. */
export async function deleteEnded(application: Application, phase: HookPhase, context: EngineContext): Promise<void> {
  for (const { key, phase: of, outcome, uid } of application.sync?.runs ?? []) {
    const hook = application.target?.hooks.get(key);
    const policy = outcome === "succeeded" ? "HookSucceeded" : "HookFailed";
    if (of !== phase || !hook || uid === "" || outcome === "running" || !hook.deletePolicies.includes(policy)) continue;
    if (application.hooks.get(key)?.kind === "gone") continue;
    // First the record, then the deletion: in between, a restart must not find neither.
    await context.inventories.save(application);
    await deleteHook(application, hook, uid, context);
    application.hooks.set(key, { kind: "gone" });
  }
}
