import { Secret } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { type Assignment, createNkey, type Dsse, type Envelope } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryCluster } from "../src/adapters/memory/cluster.ts";
import { AgentEvents } from "../src/app/agent-events.ts";
import { DesiredState } from "../src/app/desired-state.ts";
import { EnvelopeStore } from "../src/app/state/envelope-store.ts";
import { SecretRecords } from "../src/app/state/secret-records.ts";
import { silentLog, TestControlPlane } from "./support/control-plane.ts";
import { assignment } from "./support/fleet.ts";

const { signal } = new AbortController();
const bundle = { sha256: `sha256:${"0".repeat(64)}`, size: 1, chunks: 1 };

/** A cluster's history as a control plane makes it: positions and generations only rise. */
async function history(): Promise<{
  readonly desired: () => Promise<DesiredState>;
  readonly envelopes: readonly Dsse[];
  readonly taken: Assignment[][];
}> {
  const controlPlane = new TestControlPlane(systemClock);
  const seed = new Secret(createNkey("user").seedText);
  const request = { token: "", nonce: "", publicKey: "", clusterUid: "u1", kubernetesVersion: "", agentVersion: "", signature: "" };
  const identity = await controlPlane.enrolment.enrol(request, signal);
  const records = new SecretRecords(createMemoryCluster({ name: "order" }).kube, "drover-system");
  await records.prepare(signal);
  const taken: Assignment[][] = [];
  const deps = {
    obey: ({ assignments }: Envelope) => void taken.push(assignments),
    events: new AgentEvents(systemClock, () => {}),
    log: silentLog,
    clusterUid: "u1",
    current: () => ({ seed, identity }),
  };
  const desired = async (): Promise<DesiredState> => {
    const state = new DesiredState({ ...deps, store: new EnvelopeStore(records) });
    await state.restore(signal);
    return state;
  };
  const position = [
    [1, 1, 1],
    [1, 2, 1],
    [1, 3, 2],
    [2, 1, 2],
    [2, 2, 3],
  ] as const;
  const envelopes = position.map(([epoch, sequence, generation]) =>
    controlPlane.envelope([assignment(bundle, { generation })], { epoch, sequence }),
  );
  return { desired, envelopes, taken };
}

test("no order of envelopes, repeated or with restarts between, goes backwards", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.nat(4), fc.constant("restart" as const)), { maxLength: 12 }), async (steps) => {
      const { desired, envelopes, taken } = await history();
      let state = await desired();
      let before = { epoch: 0, sequence: 0 };
      for (const step of steps) {
        if (step === "restart") state = await desired();
        else await state.accept(envelopes[step]!, signal);
        const held = state.held ?? before;
        expect(held.epoch > before.epoch || (held.epoch === before.epoch && held.sequence >= before.sequence)).toBe(true);
        before = held;
      }
      const generations = taken.map((assignments) => assignments[0]!.generation);
      expect(generations).toEqual(generations.toSorted((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});
