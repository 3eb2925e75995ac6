import { type KubernetesAccess, openKubernetes } from "@drover/tools";
import { shared } from "./shared.ts";

let opened: Promise<KubernetesAccess> | undefined;

/**
 * The real Kubernetes that all tests of this run share; the first call starts it, in about 3 s. Keep to namespaces, names and API groups of
 * your own (see agent-on-kubernetes.ts), and start a cluster of your own only to break it.
 */
export function sharedKubernetes(): Promise<KubernetesAccess> {
  opened ??= shared("kubernetes").then((dataDir) => openKubernetes({ dataDir }));
  return opened;
}
