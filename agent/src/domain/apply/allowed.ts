import type { Limits } from "@drover/proto/wire";
import type { ObjectId } from "../manifest.ts";
import type { Failure } from "../status/application-status.ts";

/** Where an application may write. */
export interface Bounds {
  readonly project: string;
  readonly limits: Limits | undefined;
  /** The agent's own: whoever writes there has the agent's rights. */
  readonly agentNamespace: string;
}

/** Why an object may not be applied, whatever Kubernetes would say; undefined when it may. */
export function refusalOf(id: ObjectId, { project, limits, agentNamespace }: Bounds): Failure | undefined {
  // A Namespace is itself what `namespaces` is about.
  const namespace = id.group === "" && id.kind === "Namespace" ? id.name : id.namespace;
  const refusal = namespace === undefined ? undefined : refusalOfNamespace(namespace, { project, limits, agentNamespace });
  if (refusal) return refusal;
  const kind = id.group === "" ? id.kind : `${id.group}/${id.kind}`;
  if (!isAmong(limits?.kinds, kind))
    return notAllowed(`project ${project} does not allow kind ${kind}: add it to kinds in projects/${project}.yaml`);
  return undefined;
}

export function refusalOfNamespace(namespace: string, { project, limits, agentNamespace }: Bounds): Failure | undefined {
  if (namespace === agentNamespace) return notAllowed(`namespace ${namespace} is the agent's own`);
  if (isAmong(limits?.namespaces, namespace)) return undefined;
  return notAllowed(`project ${project} does not allow namespace ${namespace}: add it to namespaces in projects/${project}.yaml`);
}

const notAllowed = (message: string): Failure => ({ reason: "NotAllowed", message });

/** No list allows anything; an empty one nothing. */
const isAmong = (allowed: readonly string[] | undefined, text: string): boolean =>
  allowed === undefined || allowed.some((entry) => (entry.endsWith("*") ? text.startsWith(entry.slice(0, -1)) : text === entry));
