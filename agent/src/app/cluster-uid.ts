import { DroverError } from "@drover/kit";
import { uidOf } from "../domain/manifest-fields.ts";
import type { Kube, Resource } from "./kube.ts";

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };

/** The uid of the kube-system namespace: it lives and dies with the cluster, and a copy of our Secrets elsewhere does not have it. */
export async function readClusterUid(kube: Kube, signal: AbortSignal): Promise<string> {
  const namespace = await kube.get({ resource: namespaces, namespace: undefined, name: "kube-system" }, signal);
  if (!namespace) throw new DroverError("not-found", "CLUSTER_UID_UNKNOWN", "read the cluster's uid: there is no kube-system namespace");
  return uidOf(namespace);
}
