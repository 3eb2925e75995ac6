import { DroverError, memberAt, isJsonObject, parseJson } from "@drover/kit";
import type { Assignment, SyncPolicy } from "@drover/proto/wire";
import { type SyncOptions, syncOptionsOf } from "../../../domain/apply/sync-options.ts";
import { fieldsLeft, type Ignore, withoutFieldsLeft } from "../../../domain/drift/ignore.ts";
import { nameOf } from "../../../domain/manifest.ts";
import { fieldManagerOf, ownerOf } from "../../../domain/owner.ts";
import type { Kube, KubeObject, ObjectRef } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import type { Tracked, Wanted } from "../tracked.ts";

/** One object on its way into the cluster, and as whom. */
export interface Writing {
  readonly kube: Kube;
  readonly ref: ObjectRef;
  /** As it is sent: without what is left to others. */
  readonly manifest: KubeObject;
  readonly ignore: Ignore | undefined;
  readonly fieldManager: string;
  /** Value of the owner label. */
  readonly owner: string;
  readonly policy: SyncPolicy;
  readonly options: SyncOptions;
}

/** Throws KIND_UNKNOWN when the cluster does not serve what the manifest names. */
export function writingOf(
  application: Application,
  { id, version, left }: Tracked,
  wanted: Wanted,
  { application: name, project, syncPolicy }: Assignment,
  { clusterId, discovery }: EngineContext,
): Writing {
  const { group, kind, namespace } = id;
  const resource = discovery.find(group, kind, version);
  if (!resource) discovery.assertAnswered(group, `apply ${nameOf(id)}`);
  if (resource?.version !== version)
    throw new DroverError("not-found", "KIND_UNKNOWN", `apply ${nameOf(id)}: the cluster serves ${unserved(resource?.version, version)}`);
  const manifest = withoutFieldsLeft(parseJson(wanted.text) as KubeObject, left);
  const annotations = memberAt(manifest, "metadata", "annotations");
  return {
    kube: application.access.kube,
    ref: { resource, namespace, name: id.name },
    manifest,
    ignore: wanted.ignore,
    fieldManager: fieldManagerOf(project),
    owner: ownerOf(name, clusterId),
    policy: syncPolicy,
    options: syncOptionsOf(syncPolicy.syncOptions, isJsonObject(annotations) ? annotations : {}),
  };
}

/** The same for an object as it is now, which may have other managers than the one we knew. */
export const writingOnto = (object: Writing, live: KubeObject): Writing => ({
  ...object,
  manifest: withoutFieldsLeft(object.manifest, fieldsLeft(object.ignore, live)),
});

const unserved = (served: string | undefined, version: string): string =>
  served === undefined ? "no such kind" : `this kind in ${served}, not in ${version}`;
