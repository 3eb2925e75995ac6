import { canonicalJson, DroverError, type JsonObject, member, memberAt } from "@drover/kit";
import { type Assignment, bundleLimits } from "@drover/proto/wire";
import { refusalOf } from "../../../domain/apply/allowed.ts";
import { prepareManifest } from "../../../domain/apply/prepare.ts";
import { readManifest, type ReadManifest } from "../../../domain/apply/read-manifest.ts";
import { compileIgnores, type Ignore, withoutIgnored } from "../../../domain/drift/ignore.ts";
import { scaleTargetsOf, withoutReplicas } from "../../../domain/drift/scaled.ts";
import { fingerprint } from "../../../domain/fingerprint.ts";
import { textOf } from "../../../domain/manifest-fields.ts";
import { groupOf, keyOf, type Manifest, nameOf, type ObjectId, versionOf } from "../../../domain/manifest.ts";
import { ownerOf } from "../../../domain/owner.ts";
import { type Role, roleOf, withHookName } from "../../../domain/order/hook.ts";
import { rankOf } from "../../../domain/order/rank.ts";
import { orderObjects } from "../../../domain/order/sync-order.ts";
import { type Turn, turnOf, turnOfHook } from "../../../domain/order/turn.ts";
import type { Failure } from "../../../domain/status/application-status.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { letGoOfTheRest, promote, type ReadObject, takeTarget, type Target } from "./target.ts";
import type { Wanted } from "../tracked.ts";

/** One object of a bundle, ready to be applied, and when. */
interface Read extends ReadObject {
  readonly role: Role;
  readonly turn: Turn;
}

/**
 * Makes the bundle of the assignment the application's target. Until its last byte is here and right, the one before stays it.
 * Throws BUNDLE_UNAVAILABLE, BUNDLE_CORRUPT or BUNDLE_INVALID.
 */
export async function readBundle(application: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  const source = sourceOf(assignment);
  if (application.wantedFrom === source) return;
  const objects = await context.bundles.load(assignment, context.signal, application.sync?.inForce);
  const target = await targetOf(objects, assignment.bundle.sha256, assignment, context);
  // What the last process had in force is healed for as long as the new bundle waits for something.
  if (application.restoredBundle !== assignment.bundle.sha256) await readRestoredBundle(application, assignment, context);
  takeTarget(application, target);
  application.wantedFrom = source;
}

/** Whether it is known what the assignment in force asks for. */
export const hasReadBundle = ({ assignment, wantedFrom }: Application): boolean =>
  assignment !== undefined && wantedFrom === sourceOf(assignment);

const sourceOf = ({ bundle, namespace, syncPolicy }: Assignment): string =>
  `${bundle.sha256} ${namespace} ${canonicalJson([syncPolicy.ignoreDifferences ?? null, syncPolicy.limits ?? null])}`;

/** Wants what the last process had in force, so that it is healed until the new bundle can be had. */
export async function readRestoredBundle(application: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  const { restoredBundle, wantedFrom, name } = application;
  if (restoredBundle === undefined || wantedFrom !== undefined) return;
  const objects = await context.bundles.loadStored(name, restoredBundle, context.signal);
  if (!objects) return;
  takeTarget(application, await targetOf(objects, restoredBundle, assignment, context));
  for (const key of application.target!.objects.keys()) promote(application, key);
  letGoOfTheRest(application);
  application.wantedFrom = restoredBundle;
}

/** What a bundle asks for, were it assigned like this. */
export async function targetOf(
  objects: readonly JsonObject[],
  bundle: string,
  assignment: Assignment,
  context: EngineContext,
): Promise<Target> {
  if (objects.length > bundleLimits.objects)
    throw new DroverError(
      "invalid",
      "BUNDLE_INVALID",
      `read bundle: it has more than ${bundleLimits.objects} objects: split the application`,
    );
  const manifests = objects.map((object, position) => readManifest(withHookName(object, bundle), position, bundleLimits.objectBytes));
  const read = await readObjects(manifests, assignment, context);
  const hooks = read.flatMap(({ id, version, wanted, role, turn }) => {
    if (role.kind !== "hook") return [];
    return {
      key: keyOf(id),
      id,
      version,
      wanted,
      phases: role.phases,
      deletePolicies: role.deletePolicies,
      wave: turn.wave,
      rank: rankOf(id),
      problem: turn.problem,
    };
  });
  const toApply = read.filter(({ role }) => role.kind === "object" || role.kind === "unreadable");
  return {
    objects: new Map(toApply.map(({ id, version, wanted }) => [keyOf(id), { id, version, wanted }])),
    order: orderObjects(toApply),
    hooks: new Map(hooks.map((hook) => [hook.key, hook])),
    leftOut: read.flatMap(({ id, role }) => (role.kind === "left-out" ? [{ id, because: role.because }] : [])),
  };
}

/** One object that is bad is refused by itself; of two with one identity, nobody knows which is meant. */
async function readObjects(objects: readonly ReadManifest[], assignment: Assignment, context: EngineContext): Promise<readonly Read[]> {
  const manifests = objects.flatMap((object) => (object.kind === "readable" ? [object.manifest] : []));
  const scopeOf = await scopesOf(manifests, context);
  const placement = {
    application: assignment.application,
    owner: ownerOf(assignment.application, context.clusterId),
    namespace: assignment.namespace,
  };
  const bounds = { project: assignment.project, limits: assignment.syncPolicy.limits, agentNamespace: context.agentNamespace };
  const ignoreOf = compileIgnores(assignment.syncPolicy.ignoreDifferences ?? []);
  const isScaled = scaleTargetsOf(manifests, assignment.namespace);
  const byKey = new Map<string, Read>();
  for (const object of objects) {
    const read = object.kind === "refused" ? refusedObject(object.id, object.version, object.failure) : readOne(object.manifest);
    const key = keyOf(read.id);
    byKey.set(key, byKey.has(key) ? refusedObject(read.id, read.version, duplicate(read.id)) : read);
  }
  return [...byKey.values()];

  function readOne(manifest: Manifest): Read {
    // Without a scope we cannot tell where it goes; it fails by itself, with the kind's name, when it is applied.
    const prepared = prepareManifest(manifest, scopeOf(manifest) ?? true, placement);
    const id = idOf(prepared);
    const version = versionOf(manifest.apiVersion);
    const refusal = refusalOf(id, bounds);
    const role = roleOf(manifest);
    if (refusal) return { ...refusedObject(id, version, refusal), role: role.kind === "hook" ? role : { kind: "object" } };
    const wanted = wantedFrom(isScaled(prepared) ? withoutReplicas(prepared) : prepared, ignoreOf(id));
    return { id, version, wanted, role, turn: turnFor(manifest, role) };
  }
}

const duplicate = (id: ObjectId): Failure => ({
  reason: "Duplicate",
  message: `the bundle has ${nameOf(id)} more than once: keep one of them`,
});

/** It is never applied, so that of its content only the name is kept. */
function refusedObject(id: ObjectId, version: string, problem: Failure): Read {
  const text = canonicalJson({ apiVersion: apiVersionOf(id.group, version), kind: id.kind, metadata: { name: id.name } });
  return { id, version, wanted: { text, desired: fingerprint(text) }, role: { kind: "object" }, turn: { wave: 0, dependsOn: [], problem } };
}

const apiVersionOf = (group: string, version: string): string => (group === "" ? version : `${group}/${version}`);

/** Whether a manifest's kind is namespaced; undefined for one that neither the cluster nor the bundle knows. */
async function scopesOf(
  manifests: readonly Manifest[],
  { discovery, signal }: EngineContext,
): Promise<(of: Manifest) => boolean | undefined> {
  await discovery.ready(signal);
  const defined = new Map(manifests.flatMap(definedKind));
  const scopeOf = ({ apiVersion, kind }: Manifest): boolean | undefined =>
    discovery.find(groupOf(apiVersion), kind)?.namespaced ?? defined.get(`${groupOf(apiVersion)}/${kind}`);
  // A kind that nobody has heard of may be new since the last look.
  if (manifests.some((manifest) => scopeOf(manifest) === undefined)) await discovery.refresh(signal);
  return scopeOf;
}

/** What is left to others is not sent; that it is left is part of what is asked for. */
function wantedFrom(prepared: Manifest, ignore: Ignore | undefined): Wanted {
  const text = canonicalJson(withoutIgnored(prepared, ignore));
  return ignore ? { text, desired: fingerprint(`${text} ${ignore.text}`), ignore } : { text, desired: fingerprint(text) };
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

function turnFor(object: Manifest, role: Role): Turn {
  if (role.kind === "hook") return turnOfHook(object);
  const turn = turnOf(object);
  return role.kind === "unreadable" ? { ...turn, problem: role.problem } : turn;
}
