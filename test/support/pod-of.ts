import type { KubernetesAccess } from "@drover/tools";
import type { Pod } from "./pod.ts";
import { waitUntil } from "./wait-until.ts";

const patienceMs = 30_000;

/** The first pod of a component of a chart, once a controller has made it. */
export const podOf = (cluster: KubernetesAccess, namespace: string, component: string): Promise<Pod> =>
  waitUntil(
    `the ${component}'s pod is there`,
    async () => {
      const selector = `--selector=app.kubernetes.io/component=${component}`;
      const text = await cluster.kubectl(["get", "pods", "--namespace", namespace, selector, "--output=json"]);
      return (JSON.parse(text) as { readonly items: readonly Pod[] }).items[0];
    },
    patienceMs,
  );
