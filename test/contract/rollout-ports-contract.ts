import type { ClusterId } from "@drover/kit";
import { afterEach, beforeEach, describe } from "vitest";
import type { Bench } from "./bench.ts";
import { controlContract } from "./control.ts";
import { envelopeContract } from "./envelopes.ts";
import { placementContract } from "./placements.ts";
import { reportContract } from "./reports.ts";
import type { OpenPorts, RolloutPorts } from "./rollout-ports.ts";
import { rolloutContract } from "./rollouts.ts";
import { workContract } from "./work.ts";

/** Registers what every implementation of the rollouts' ports does. */
export function rolloutPortsContract(name: string, open: OpenPorts): void {
  describe(`the ports of rollouts: ${name}`, { timeout: 60_000 }, () => {
    let opened: RolloutPorts | undefined;
    let clusters: readonly ClusterId[] = [];
    beforeEach(async () => {
      opened = await open();
      const added: ClusterId[] = [];
      for (const cluster of ["a", "b", "c"]) added.push(await opened.addCluster(cluster));
      clusters = added;
    });
    afterEach(() => opened?.close());
    const bench: Bench = {
      ports: () => {
        if (opened === undefined) throw new Error("the ports are not open");
        return opened;
      },
      clusters: () => clusters,
    };
    placementContract(bench);
    rolloutContract(bench);
    controlContract(bench);
    reportContract(bench);
    envelopeContract(bench);
    workContract(bench);
  });
}
