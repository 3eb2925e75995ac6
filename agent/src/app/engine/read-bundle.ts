import { canonicalJson, DroverError, type JsonObject, member, memberAt } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { prepareManifest } from "../../domain/apply/prepare.ts";
import { compileIgnores, type Ignore, withoutIgnored } from "../../domain/drift/ignore.ts";
import { scaleTargetsOf, withoutReplicas } from "../../domain/drift/scaled.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import { textOf } from "../../domain/manifest-fields.ts";
import { groupOf, keyOf, type Manifest, nameOf, type ObjectId, versionOf } from "../../domain/manifest.ts";
import { ownerOf } from "../../domain/owner.ts";
import { type Role, roleOf, withHookName } from "../../domain/order/hook.ts";
import { rankOf } from "../../domain/order/rank.ts";
import { orderObjects } from "../../domain/order/sync-order.ts";
import { type Turn, turnOf, turnOfHook } from "../../domain/order/turn.ts";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { letGoOfTheRest, promote, type ReadObject, takeTarget, type Target } from "./target.ts";
import type { Wanted } from "./tracked.ts";

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
  const objects = await context.bundles.load(assignment, context.signal);
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
  `${bundle.sha256} ${namespace} ${canonicalJson(syncPolicy.ignoreDifferences)}`;

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
  const read = await readObjects(objects.map((object) => withHookName(object, bundle)).map(checked), assignment, context);
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
    };
  });
  const toApply = read.filter(({ role }) => role.kind === "object" || role.kind === "unreadable");
  return {
    objects: new Map(toApply.map(({ id, version, wanted }) => [keyOf(id), { id, version, wanted }])),
    order: orderObjects(toApply),
    hooks: new Map(hooks.map((hook) => [hook.key, hook])),
  };
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
  const ignoreOf = compileIgnores(assignment.syncPolicy.ignoreDifferences ?? []);
  const isScaled = scaleTargetsOf(objects, assignment.namespace);
  const seen = new Set<string>();
  return objects.map((object) => {
    // Without a scope we cannot tell where it goes; it fails by itself, with the kind's name, when it is applied.
    const prepared = prepareManifest(object, scopeOf(object) ?? true, placement);
    const id = idOf(prepared);
    if (seen.has(keyOf(id))) throw new DroverError("invalid", "BUNDLE_INVALID", `read bundle: it has ${nameOf(id)} twice`);
    seen.add(keyOf(id));
    const wanted = wantedFrom(isScaled(prepared) ? withoutReplicas(prepared) : prepared, ignoreOf(id));
    const role = roleOf(object);
    return { id, version: versionOf(object.apiVersion), wanted, role, turn: turnFor(object, role) };
  });
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
