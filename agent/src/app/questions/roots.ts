import { parseJson } from "@drover/kit";
import type { QueryObject } from "@drover/proto/wire";
import type { Assessment } from "../../domain/health/health.ts";
import { keyOf, type Manifest, type ObjectId } from "../../domain/manifest.ts";
import type { Application } from "../engine/application.ts";
import type { Tracked } from "../engine/tracked.ts";

/** An object that something may have been made of. */
export interface Parent {
  readonly id: ObjectId;
  /** Undefined while it is not in the cluster. */
  readonly uid: string | undefined;
  /** Anything that tells its selector. */
  readonly manifest: Manifest | undefined;
}

/** What an application applies itself, and so where its tree begins: its objects, and those of hooks as long as they are there. */
export interface Root extends Parent {
  readonly version: string;
  /** Undefined for a hook's. */
  readonly tracked: Tracked | undefined;
  readonly assessment: Assessment | undefined;
}

export const rootsOf = (application: Application): readonly Root[] => [
  ...Array.from(application.objects.values(), rootOfTracked),
  ...[...application.hooks.keys()].filter((key) => !application.objects.has(key)).flatMap((key) => rootOfHook(application, key) ?? []),
];

export function rootOf(application: Application, named: QueryObject): Root | undefined {
  const key = keyOf({ ...named, namespace: named.namespace });
  const tracked = application.objects.get(key);
  return tracked ? rootOfTracked(tracked) : rootOfHook(application, key);
}

function rootOfTracked(tracked: Tracked): Root {
  const { id, version, wanted, applied, leftover, assessment } = tracked;
  const uid = leftover.kind === "live" ? leftover.uid : applied?.uid;
  return { id, version, uid, manifest: wanted && (parseJson(wanted.text) as Manifest), tracked, assessment };
}

function rootOfHook({ hooks, target }: Application, key: string): Root | undefined {
  const hook = target?.hooks.get(key);
  const live = hooks.get(key);
  if (!hook || live?.kind !== "live") return undefined;
  const { id, version, wanted } = hook;
  return { id, version, uid: live.uid, manifest: parseJson(wanted.text) as Manifest, tracked: undefined, assessment: live.assessment };
}
