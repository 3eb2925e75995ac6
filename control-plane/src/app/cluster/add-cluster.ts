import { base32, type ClusterId, parseClusterId } from "@drover/kit";
import { type Cluster, defaultProject } from "@drover/proto/fleet";
import type { NewCluster } from "@drover/proto/rest";
import { applyFleetEdit, clusterExists, type FileEdit, type FleetEdit, pathOfEdit } from "../../domain/fleet/fleet-edit.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { newIntent, notFound, submitIntent, type SubmitIntentDeps } from "../fleet/submit-intent.ts";

export interface EditClusterDeps extends SubmitIntentDeps {
  readonly fleet: FleetStore;
  readonly newId: () => string;
  /** 16 random bytes. */
  readonly randomBytes: () => Uint8Array;
}

/** Adds a cluster to the fleet by a commit of its file. It is nothing but a name until its agent enrols. */
export function createAddCluster(deps: EditClusterDeps) {
  return async (caller: Caller, request: NewCluster, signal: AbortSignal): Promise<{ readonly clusterId: ClusterId }> => {
    const { name, project, labels, values, reason = "" } = request;
    const operation = `add cluster ${name}`;
    if ((await deps.fleet.get("Cluster", name)) !== undefined) throw clusterExists(name);
    if (project !== undefined && project !== defaultProject && (await deps.fleet.get("Project", project)) === undefined)
      throw notFound("project", project, operation);
    const clusterId = parseClusterId(base32(deps.randomBytes()));
    const file: Cluster = {
      id: clusterId,
      ...(project === undefined ? {} : { project }),
      ...(labels === undefined ? {} : { labels }),
      ...(values === undefined ? {} : { values }),
    };
    const edit: FileEdit = { kind: "add-cluster", cluster: name, file };
    applyFleetEdit(
      edit,
      pathOfEdit(edit, () => undefined),
      undefined,
    ); // refuses a bad name or label before anything is recorded
    const intent = newIntent(deps.newId(), caller, { kind: "ClusterAdded", subject: name, reason, edit });
    await submitIntent(deps, intent, caller, signal);
    return { clusterId };
  };
}

/** Makes a cluster's labels exactly these, by a commit. Environments may gain and lose the cluster by it. */
export function createRelabelCluster(deps: EditClusterDeps) {
  return async (
    caller: Caller,
    request: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly reason: string },
    signal: AbortSignal,
  ): Promise<{ readonly id: string }> => {
    const { name, labels, reason } = request;
    if ((await deps.fleet.get("Cluster", name)) === undefined) throw notFound("cluster", name, "relabel a cluster");
    const id = deps.newId();
    const edit: FleetEdit = { kind: "set-labels", cluster: name, labels };
    await submitIntent(deps, newIntent(id, caller, { kind: "FileEdit", subject: name, reason, edit }), caller, signal);
    return { id };
  };
}
