import { toDroverError } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { refusalOfNamespace } from "../../../domain/apply/allowed.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";

/** It is there by now; or it may not be read or made, in which case it has to be there, and if it is not, its objects say so. */
const harmless = new Set(["KUBE_EXISTS", "KUBE_FORBIDDEN"]);

/** Makes the application's namespace as `CreateNamespace=true` asks. It is nobody's: it outlives the application. */
export async function createNamespace({ access }: Application, assignment: Assignment, context: EngineContext): Promise<void> {
  const { namespace: name, project, syncPolicy } = assignment;
  const { agentNamespace, discovery, signal } = context;
  const resource = discovery.find("", "Namespace");
  if (!resource || refusalOfNamespace(name, { project, limits: syncPolicy.limits, agentNamespace })) return;
  const ref = { resource, namespace: undefined, name };
  try {
    if (await access.kube.get(ref, signal)) return;
    await access.kube.create(ref, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, signal);
  } catch (thrown) {
    if (!harmless.has(toDroverError(thrown).code)) throw thrown;
  }
}
