import { meetObject } from "../../../domain/apply/meet.ts";
import { keyOf, nameOf } from "../../../domain/manifest.ts";
import { fieldManagerOf, ownerOf } from "../../../domain/owner.ts";
import type { Assignment } from "@drover/proto/wire";
import type { Failure } from "../../../domain/status/application-status.ts";
import { type Application, hasSyncOption } from "../application.ts";
import type { EngineContext } from "../context.ts";
import type { ReadObject } from "./target.ts";

const namesInMessage = 3;

/**
 * `FailOnSharedResource=true`: whether another application has one of the objects that are new to this one. Then nothing of the bundle is
 * applied, where otherwise only those objects would be left out. One read for each new object, hence only where it is asked for.
 */
export async function sharedWithOthers(
  application: Application,
  assignment: Assignment,
  context: EngineContext,
): Promise<Failure | undefined> {
  if (!hasSyncOption(assignment.syncPolicy, "FailOnSharedResource=true")) return undefined;
  const unmet = [...(application.target?.objects ?? [])].flatMap(([key, object]) =>
    application.objects.get(key)?.applied === undefined ? [object] : [],
  );
  const looked = await Promise.all(
    unmet.map((object) =>
      context.work.run(`shared ${keyOf(object.id)}`, () => isOthers(application, assignment, object, context), "normal"),
    ),
  );
  const shared = unmet.filter((_, index) => looked[index]).map(({ id }) => nameOf(id));
  if (shared.length === 0) return undefined;
  const more = shared.length > namesInMessage ? ` and ${shared.length - namesInMessage} more` : "";
  return { reason: "SharedResource", message: `other applications have ${shared.slice(0, namesInMessage).join(", ")}${more}` };
}

async function isOthers(
  { access }: Application,
  { application: name, project }: Assignment,
  { id, version }: ReadObject,
  { clusterId, discovery, signal }: EngineContext,
): Promise<boolean> {
  const resource = discovery.find(id.group, id.kind, version);
  if (!resource) return false; // not even its kind is there
  const live = await access.kube.get({ resource, namespace: id.namespace, name: id.name }, signal);
  if (!live) return false;
  const taker = { owner: ownerOf(name, clusterId), fieldManager: fieldManagerOf(project), policy: "Always" } as const;
  return meetObject(live, taker).kind === "conflict";
}
