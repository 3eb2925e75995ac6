import { afterAll, beforeAll, describe } from "vitest";
import type { Resource } from "./kube.ts";
import { createBench, type KubeUnderTest } from "./kube-contract/bench.ts";
import { deletionContract } from "./kube-contract/deletion.ts";
import { viewContract } from "./kube-contract/lists-and-watches.ts";
import { applyContract } from "./kube-contract/server-side-apply.ts";
import { workloadContract } from "./kube-contract/workloads.ts";
import { writeContract } from "./kube-contract/writes.ts";

export type { KubeUnderTest } from "./kube-contract/bench.ts";

/** Registers what every implementation of the Kube port does. The expectations are what a real API server was seen to do. */
export function kubeContract(name: string, open: () => Promise<KubeUnderTest>): void {
  describe(`the Kubernetes port: ${name}`, { timeout: 60_000 }, () => {
    let opened: KubeUnderTest | undefined;
    let kinds: readonly Resource[] = [];
    const under = (): KubeUnderTest => {
      if (opened === undefined) throw new Error("the cluster is not open");
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
      kinds = (await opened.kube.discover(new AbortController().signal)).resources;
      // The first time on a machine, a real cluster is built before it is started.
    }, 1_800_000);
    afterAll(() => opened?.close());

    const bench = createBench(under, () => kinds);
    applyContract(bench);
    writeContract(bench);
    deletionContract(bench);
    viewContract(bench);
    workloadContract(bench);
  });
}
