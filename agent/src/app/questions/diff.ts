import { canonicalJson, DroverError, type JsonObject, parseJson, toDroverError } from "@drover/kit";
import type { DiffAnswer, Difference } from "@drover/proto/wire";
import { differences } from "../../domain/apply/difference.ts";
import type { Manifest } from "../../domain/manifest.ts";
import { keyOf, nameOf } from "../../domain/manifest.ts";
import { fieldManagerOf } from "../../domain/owner.ts";
import { cut } from "../../domain/status/cut.ts";
import { failureOf } from "../engine/failure.ts";
import { driftOf, type Tracked } from "../engine/tracked.ts";
import type { KubeObject, ObjectRef } from "../kube.ts";
import { type Asked, rootsOf, textLimits } from "./asked.ts";
import { identityOf } from "./tree.ts";

const maxFields = 1_000;
/** Of all objects together, so that the answer stays under its own bound also once it is masked. */
const maxCharacters = 6 * 1024 * 1024;

/** What a sync would change, of the objects that are known to differ. */
export const diffAnswer = (asked: Asked): Promise<DiffAnswer> =>
  compared(asked, (tracked) => asked.query.object !== undefined || mayDiffer(tracked));

/** The same by asking the API server about every object, admission included. */
export const dryRunAnswer = (asked: Asked): Promise<DiffAnswer> => compared(asked, () => true);

const mayDiffer = (tracked: Tracked): boolean =>
  !tracked.wanted || tracked.failure !== undefined || driftOf(tracked) !== undefined || tracked.applied?.desired !== tracked.wanted.desired;

async function compared(asked: Asked, isToBeAsked: (tracked: Tracked) => boolean): Promise<DiffAnswer> {
  await asked.context.discovery.ready(asked.signal);
  const all = named(asked).filter(({ wanted, owned }) => wanted !== undefined || owned);
  const found = await Promise.all(
    all.filter(isToBeAsked).map((tracked) => asked.requests.run(tracked.key, () => differenceOf(asked, tracked))),
  );
  const objects: Difference[] = [];
  let left = maxCharacters;
  for (const difference of found) {
    if (!difference) continue;
    left -= canonicalJson(difference).length;
    if (left < 0) break;
    objects.push(difference);
  }
  return { application: asked.application.name, objects, compared: all.length, ...(left < 0 ? { truncated: true } : {}) };
}

/** The application's own objects, or the one that is asked about. What controllers made of them is not compared with anything. */
function named({ query: { object }, application }: Asked): readonly Tracked[] {
  if (!object) return rootsOf(application);
  const tracked = application.objects.get(keyOf({ ...object, namespace: object.namespace }));
  if (tracked) return [tracked];
  throw new DroverError(
    "not-found",
    "OBJECT_NOT_IN_TREE",
    `compare ${nameOf({ ...object, namespace: object.namespace })}: application ${application.name} does not apply it`,
  );
}

async function differenceOf(asked: Asked, tracked: Tracked): Promise<Difference | undefined> {
  const identity = identityOf(tracked.id);
  try {
    const ref = refOf(asked, tracked);
    const { kube } = asked.application.access;
    const live = await kube.get(ref, asked.signal);
    if (!tracked.wanted) return live && { ...identity, change: "Delete", fields: [], live: shown(live), ...heldMessage(asked) };
    const manifest = parseJson(tracked.wanted.text) as KubeObject;
    const desired = await afterSync(asked, ref, manifest, live);
    if (!live) return { ...identity, change: "Create", fields: [], desired: shown(desired) };
    const fields = differences(live, desired, maxFields).map((path) => cut(path, textLimits.message));
    const drift = driftOf(tracked);
    if (fields.length === 0 && drift?.kind !== "additions") return undefined;
    const added =
      drift?.kind === "additions" ? { message: `fields that git does not have were added with ${drift.by ?? "an unknown tool"}` } : {};
    return { ...identity, change: "Change", fields, live: shown(live), desired: shown(desired), ...added };
  } catch (thrown) {
    if (asked.signal.aborted) throw thrown;
    const { reason, message } = failureOf(thrown);
    return { ...identity, change: "Unknown", fields: [], message: cut(`${reason}: ${message}`, textLimits.message) };
  }
}

function refOf({ context }: Asked, { id, version }: Tracked): ObjectRef {
  const resource = context.discovery.find(id.group, id.kind, version);
  if (!resource) throw new DroverError("not-found", "KIND_UNKNOWN", `compare ${nameOf(id)}: the cluster does not serve this kind`);
  return { resource, namespace: id.namespace, name: id.name };
}

/** What the API server would make of the manifest. For an object whose namespace is still to be made: the manifest. */
async function afterSync(
  { application, signal }: Asked,
  ref: ObjectRef,
  manifest: KubeObject,
  live: KubeObject | undefined,
): Promise<KubeObject> {
  const options = { fieldManager: fieldManagerOf(application.head.project), force: true, dryRun: true };
  try {
    return await application.access.kube.apply(ref, manifest, options, signal);
  } catch (thrown) {
    if (!live && toDroverError(thrown).code === "KUBE_NOT_FOUND") return manifest;
    throw thrown;
  }
}

function heldMessage({ application: { progress } }: Asked): Pick<Difference, "message"> {
  return progress.kind === "applied" && progress.prune.kind === "held"
    ? { message: cut(`held: ${progress.prune.message}`, textLimits.message) }
    : {};
}

const serverOwned = new Set(["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"]);

/** What people compare: not the status, and nothing that the API server keeps for itself. */
function shown({ status: _status, metadata, ...rest }: Manifest): JsonObject {
  const kept = Object.entries(metadata).filter(([key]) => !serverOwned.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}
