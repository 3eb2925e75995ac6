import { canonicalJson, DroverError, type JsonObject, member, memberAt } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { prepareManifest } from "../../domain/apply/prepare.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import { textOf } from "../../domain/manifest-fields.ts";
import { groupOf, keyOf, type Manifest, nameOf, type ObjectId, versionOf } from "../../domain/manifest.ts";
import { ownerOf } from "../../domain/owner.ts";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { createTracked, type Wanted } from "./tracked.ts";

/** One object of a bundle, ready to be applied. */
interface Read {
  readonly id: ObjectId;
  readonly version: string;
  readonly wanted: Wanted;
}

/**
 * Makes the bundle of the assignment what the application wants. Until its last byte is here and right, what was wanted
 * before stays wanted. Throws BUNDLE_UNAVAILABLE, BUNDLE_CORRUPT or BUNDLE_INVALID.
 */
export async function readBundle(application: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  const source = sourceOf(assignment);
  if (application.wantedFrom === source) return;
  await want(application, assignment, await context.bundles.load(assignment, context.signal), context);
  application.wantedFrom = source;
}

/** Whether it is known what the assignment in force asks for. */
export const hasReadBundle = ({ assignment, wantedFrom }: Application): boolean =>
  assignment !== undefined && wantedFrom === sourceOf(assignment);

const sourceOf = ({ bundle, namespace }: Assignment): string => `${bundle.sha256} ${namespace}`;

/** Wants what the last process had in force, so that it is healed until the new bundle can be had. */
export async function readRestoredBundle(application: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  const { restoredBundle, wantedFrom, name } = application;
  if (restoredBundle === undefined || wantedFrom !== undefined) return;
  const objects = await context.bundles.loadStored(name, restoredBundle, context.signal);
  if (!objects) return;
  await want(application, assignment, objects, context);
  application.wantedFrom = restoredBundle;
}

async function want(
  application: Application,
  assignment: Assignment,
  objects: readonly JsonObject[],
  context: EngineContext,
): Promise<void> {
  replaceWanted(application, await readObjects(objects.map(checked), assignment, context));
}

function checked(object: JsonObject, position: number): Manifest {
  const named =
    typeof object["apiVersion"] === "string" &&
    typeof object["kind"] === "string" &&
    typeof memberAt(object, "metadata", "name") === "string";
  if (!named) throw new DroverError("invalid", "BUNDLE_INVALID", `read bundle: object ${position} has no apiVersion, kind or name`);
  return object as Manifest;
}

async function readObjects(objects: readonly Manifest[], assignment: Assignment, context: EngineContext): Promise<readonly Read[]> {
  await context.discovery.ready(context.signal);
  const defined = new Map(objects.flatMap(definedKind));
  const scopeOf = ({ apiVersion, kind }: Manifest): boolean | undefined =>
    context.discovery.find(groupOf(apiVersion), kind)?.namespaced ?? defined.get(`${groupOf(apiVersion)}/${kind}`);
  // A kind that nobody has heard of may be new since the last look.
  if (objects.some((object) => scopeOf(object) === undefined)) await context.discovery.refresh(context.signal);
  const placement = {
    application: assignment.application,
    owner: ownerOf(assignment.application, context.clusterId),
    namespace: assignment.namespace,
  };
  const seen = new Set<string>();
  return objects.map((object) => {
    // Without a scope we cannot tell where it goes; it fails by itself, with the kind's name, when it is applied.
    const prepared = prepareManifest(object, scopeOf(object) ?? true, placement);
    const id = idOf(prepared);
    if (seen.has(keyOf(id))) throw new DroverError("invalid", "BUNDLE_INVALID", `read bundle: it has ${nameOf(id)} twice`);
    seen.add(keyOf(id));
    const text = canonicalJson(prepared);
    return { id, version: versionOf(object.apiVersion), wanted: { text, desired: fingerprint(text) } };
  });
}

/** `[group/kind, namespaced]` of what a CustomResourceDefinition in the same bundle will add to the cluster. */
function definedKind(object: Manifest): readonly [string, boolean][] {
  if (object.kind !== "CustomResourceDefinition") return [];
  const group = memberAt(object, "spec", "group");
  const kind = memberAt(object, "spec", "names", "kind");
  return [[`${textOf(group)}/${textOf(kind)}`, memberAt(object, "spec", "scope") !== "Cluster"]];
}

const idOf = (prepared: Manifest): ObjectId => ({
  group: groupOf(prepared.apiVersion),
  kind: prepared.kind,
  namespace: member(prepared.metadata, "namespace") as string | undefined,
  name: prepared.metadata.name,
});

function replaceWanted({ objects }: Application, read: readonly Read[]): void {
  for (const tracked of objects.values()) {
    tracked.wanted = undefined;
    tracked.failure = undefined;
  }
  for (const { id, version, wanted } of read) {
    const tracked = objects.get(keyOf(id)) ?? createTracked(id, version);
    tracked.version = version;
    tracked.wanted = wanted;
    objects.set(tracked.key, tracked);
  }
  // What was wanted but never became ours leaves no trace.
  for (const [key, { wanted, owned }] of objects) if (!wanted && !owned) objects.delete(key);
}
