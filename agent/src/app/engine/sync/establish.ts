import { DroverError, type Json, member, memberAt, parseJson, textAt } from "@drover/kit";
import { isEstablished } from "../../../domain/health/extensions.ts";
import type { Resource } from "../../kube.ts";
import type { Access } from "../access.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import type { Tracked } from "../tracked.ts";
import { watchOwned } from "../watch/watch-owned.ts";

const establishedWithinMs = 30_000;

/** Waits until the cluster serves what the definitions define, then looks at its kinds again and watches the new ones. */
export async function establish(application: Application, definitions: readonly Tracked[], context: EngineContext): Promise<void> {
  const giveUpAt = context.clock.monotonicMs() + establishedWithinMs;
  for (const tracked of definitions) {
    const resource = context.discovery.find(tracked.id.group, tracked.id.kind, tracked.version);
    if (!resource || tracked.failure) continue;
    if (!(await isEstablishedBy(giveUpAt, application.access, resource, tracked, context)))
      tracked.failure = failureOf(
        new DroverError("timeout", "CRD_NOT_ESTABLISHED", `${tracked.id.name} was not established within ${establishedWithinMs / 1000} s`),
      );
  }
  await refreshUntilServed(giveUpAt, definitions, context);
  await watchOwned(application, context);
}

/** A definition is Established some time before discovery lists its kind. */
async function refreshUntilServed(giveUpAt: number, definitions: readonly Tracked[], context: EngineContext): Promise<void> {
  for (let waitMs = 20; ; waitMs = Math.min(1_000, waitMs * 2)) {
    await context.discovery.refresh(context.signal);
    const isComplete = definitions.every((tracked) => tracked.failure !== undefined || isServed(tracked, context));
    if (isComplete || context.clock.monotonicMs() >= giveUpAt) return;
    await context.clock.sleep(waitMs, context.signal);
  }
}

/** Whether discovery lists what the definition defines, in every version that it asks for. */
export function isServed({ wanted }: Tracked, { discovery }: EngineContext): boolean {
  const definition = parseJson(wanted?.text ?? "null");
  const versions = memberAt(definition, "spec", "versions");
  return (Array.isArray(versions) ? (versions as readonly Json[]) : [])
    .filter((version) => member(version, "served") === true)
    .map((version) => textAt(version, "name"))
    .every(
      (version) =>
        discovery.find(textAt(definition, "spec", "group"), textAt(definition, "spec", "names", "kind"), version)?.version === version,
    );
}

async function isEstablishedBy(
  giveUpAt: number,
  { kube }: Access,
  resource: Resource,
  { id }: Tracked,
  context: EngineContext,
): Promise<boolean> {
  for (let waitMs = 20; context.clock.monotonicMs() < giveUpAt; waitMs = Math.min(1_000, waitMs * 2)) {
    const live = await kube.get({ resource, namespace: undefined, name: id.name }, context.signal);
    if (live && isEstablished(live)) return true;
    await context.clock.sleep(waitMs, context.signal);
  }
  return false;
}
