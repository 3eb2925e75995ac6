import { nameOf } from "../../../domain/manifest.ts";
import { blockedBy, type Peer } from "../../../domain/order/blocked.ts";
import type { HookPhase } from "../../../domain/order/hook.ts";
import type { Failure } from "../../../domain/status/application-status.ts";
import type { Application } from "../application.ts";
import { isDone, isAsTargeted } from "../bundle/target.ts";

/** What a sync waits for. A run that cannot go on leaves one, and the application is run again once it is over. */
export type Wait =
  | { readonly kind: "applications" }
  | { readonly kind: "hooks"; readonly phase: HookPhase; readonly hooks: readonly AwaitedHook[] }
  /** Until all of the objects are applied and healthy. */
  | { readonly kind: "wave"; readonly wave: number; readonly keys: readonly string[] }
  /** Until one of the objects is applied and healthy. */
  | { readonly kind: "dependencies"; readonly pairs: readonly Dependency[] }
  /** Until everything is healthy. */
  | { readonly kind: "health"; readonly keys: readonly string[] };

interface AwaitedHook {
  readonly key: string;
  /** What an earlier sync left has to be gone first. */
  readonly until: "ended" | "gone";
}

interface Dependency {
  readonly key: string;
  readonly on: string;
}

export type Peers = ReadonlyMap<string, Peer>;

export function isOver(wait: Wait, application: Application, peers: Peers): boolean {
  switch (wait.kind) {
    case "applications":
      return blockingApplication(application, peers) === undefined;
    case "hooks":
      return wait.hooks.some(({ key, until }) => {
        const live = application.hooks.get(key);
        return until === "gone" ? live?.kind === "gone" : live !== undefined && (live.kind === "gone" || live.verdict.kind !== "running");
      });
    case "dependencies":
      return wait.pairs.some(({ on }) => isDone(application, on));
    case "wave":
    case "health":
      return wait.keys.every((key) => isDone(application, key));
  }
}

/** Why it waits, as its status says it. */
export function waitText(wait: Wait, application: Application, peers: Peers): Failure {
  switch (wait.kind) {
    case "applications":
      return { reason: "Blocked", message: blockingApplication(application, peers) ?? "what it waited for is there" };
    case "hooks":
      return { reason: "WaitingForHook", message: `${wait.phase} hook ${hooksText(wait.hooks, application)}` };
    case "wave":
      return { reason: "WaitingForWave", message: `wave ${wait.wave}: ${objectsText(wait.keys, application)}` };
    case "dependencies": {
      const [{ key, on }] = wait.pairs as [Dependency];
      const more = wait.pairs.length > 1 ? `, and ${wait.pairs.length - 1} more like it` : "";
      return { reason: "WaitingForDependency", message: `${nameOfTarget(key, application)} waits: ${objectText(on, application)}${more}` };
    }
    case "health":
      return { reason: "WaitingForHealth", message: `before PostSync hooks: ${objectsText(wait.keys, application)}` };
  }
}

export const blockingApplication = ({ name, assignment }: Application, peers: Peers): string | undefined =>
  blockedBy(name, assignment?.syncPolicy.dependsOn ?? [], peers);

function hooksText(hooks: readonly AwaitedHook[], application: Application): string {
  const [{ key, until }] = hooks as [AwaitedHook];
  const hook = application.target?.hooks.get(key);
  const live = application.hooks.get(key);
  const name = hook ? nameOf(hook.id) : key;
  if (until === "gone") return `${name}: the one of an earlier sync is being deleted`;
  const { container, reason = "", message = "" } = application.hookPods.get(key)?.assessment ?? {};
  if (container !== undefined) return `${name}: container ${container} is in ${reason}: ${message}`;
  return `${name}: ${live?.kind === "live" && live.verdict.kind === "running" ? live.verdict.message : "running"}`;
}

function objectsText(keys: readonly string[], application: Application): string {
  const open = keys.filter((key) => !isDone(application, key));
  const more = open.length > 1 ? `, and ${open.length - 1} more` : "";
  return open[0] === undefined ? "all is there" : `${objectText(open[0], application)}${more}`;
}

/** "Deployment.apps shop/web is Progressing (0 of 2 available)". */
function objectText(key: string, application: Application): string {
  const tracked = application.objects.get(key);
  const name = nameOfTarget(key, application);
  if (tracked?.failure) return `${name} is not applied (${tracked.failure.reason})`;
  if (!tracked?.assessment || !isAsTargeted(application, key)) return `${name} is not applied yet`;
  const { health, message = "" } = tracked.assessment;
  return `${name} is ${health}${message === "" ? "" : ` (${message})`}`;
}

function nameOfTarget(key: string, { target, objects }: Application): string {
  const id = target?.objects.get(key)?.id ?? objects.get(key)?.id;
  return id ? nameOf(id) : key;
}
