import { canonicalJson, DroverError, type JsonObject } from "@drover/kit";
import type { DiffAnswer, Difference } from "@drover/proto/wire";
import type { Manifest } from "../../domain/manifest.ts";
import { keyOf, nameOf } from "../../domain/manifest.ts";
import { cut } from "../../domain/status/cut.ts";
import type { Application } from "../engine/application.ts";
import { compareObject } from "../engine/compare/compare.ts";
import { heldPrune } from "../engine/delete/plan-deletion.ts";
import { driftOf, type Tracked } from "../engine/tracked.ts";
import { type Asked, textLimits } from "./asked.ts";
import { identityOf } from "./tree.ts";

/** Of all objects together, so that the answer stays under its own bound also once it is masked. */
const maxCharacters = 6 * 1024 * 1024;

/** What a sync would change, of the objects that are known to differ. */
export const diffAnswer = (asked: Asked): Promise<DiffAnswer> =>
  compared(asked, (tracked) => asked.query.object !== undefined || mayDiffer(asked.application, tracked));

/** The same by asking the API server about every object, admission included. */
export const dryRunAnswer = (asked: Asked): Promise<DiffAnswer> => compared(asked, () => true);

/** Also what waits for its turn in a sync that is under way. */
function mayDiffer({ target }: Application, tracked: Tracked): boolean {
  const { wanted } = target?.objects.get(tracked.key) ?? tracked;
  return !wanted || tracked.failure !== undefined || driftOf(tracked) !== undefined || tracked.applied?.desired !== wanted.desired;
}

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
  if (!object) return [...application.objects.values()];
  const tracked = application.objects.get(keyOf({ ...object, namespace: object.namespace }));
  if (tracked) return [tracked];
  throw new DroverError(
    "not-found",
    "OBJECT_NOT_IN_TREE",
    `compare ${nameOf({ ...object, namespace: object.namespace })}: application ${application.name} does not apply it`,
  );
}

async function differenceOf(asked: Asked, tracked: Tracked): Promise<Difference | undefined> {
  const { before, after, change, fields, failure } = await compareObject(asked.application, tracked, asked.context, asked.signal);
  const both = { ...(before ? { live: shown(before) } : {}), ...(after ? { desired: shown(after) } : {}) };
  const message = failure && cut(`${failure.reason}: ${failure.message}`, textLimits.message);
  const told = {
    ...identityOf(tracked.id),
    fields: fields.map((path) => cut(path, textLimits.message)),
    ...both,
    ...(message === undefined ? {} : { message }),
  };
  switch (change) {
    case "none":
      return addedTo(tracked, told);
    case "create":
      return { ...told, change: "Create" };
    case "update":
      return { ...told, change: "Change" };
    case "prune":
      return { ...told, change: "Delete", ...heldMessage(asked.application, tracked) };
    case "conflict":
      return { ...told, change: after ? "Change" : "Unknown" };
    case "unknown":
      return { ...told, change: "Unknown" };
  }
}

/** What people added is no difference to a dry run where it is left to them. */
function addedTo(tracked: Tracked, told: Omit<Difference, "change">): Difference | undefined {
  const drift = driftOf(tracked);
  if (drift?.kind !== "additions") return undefined;
  return { ...told, change: "Change", message: `fields that git does not have were added with ${drift.by ?? "an unknown tool"}` };
}

function heldMessage(application: Application, { key }: Tracked): Pick<Difference, "message"> {
  const held = heldPrune(application);
  if (!held?.list.some((id) => keyOf(id) === key)) return {};
  return { message: `held until a person releases the list with the hash ${held.hash}` };
}

const serverOwned = new Set(["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"]);

/** What people compare: not the status, and nothing that the API server keeps for itself. */
function shown({ status: _status, metadata, ...rest }: Manifest): JsonObject {
  const kept = Object.entries(metadata).filter(([key]) => !serverOwned.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}
