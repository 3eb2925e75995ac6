import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type KubernetesAccess, openKubernetes } from "@drover/tools";
import { inject } from "vitest";
import type { KubernetesAnswer } from "./kubernetes-on-demand.ts";

let opened: Promise<KubernetesAccess> | undefined;

/**
 * The real Kubernetes that all tests of this run share; the first call starts it, in about 3 s. Keep to namespaces, names and API groups of
 * your own (see agent-on-kubernetes.ts), and start a cluster of your own only to break it.
 */
export function sharedKubernetes(): Promise<KubernetesAccess> {
  opened ??= open();
  return opened;
}

async function open(): Promise<KubernetesAccess> {
  const answer = JSON.parse(await text(connect(inject("kubernetesSocket")))) as KubernetesAnswer;
  if ("failed" in answer) throw new Error(`the shared Kubernetes did not start: ${answer.failed}`);
  return openKubernetes(answer);
}
