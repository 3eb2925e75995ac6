import type { Clock } from "@drover/kit/node";
import { evaluateInThread } from "../adapters/cel/evaluate.ts";
import { type CallOptions, callChecked } from "../adapters/http/call-checked.ts";
import type { Database } from "../adapters/pg/database.ts";
import { createJobInstrument } from "../adapters/pg/gate/gate-job-instrument.ts";
import { createGateStore } from "../adapters/pg/gate/gate-store.ts";
import { loadWaveClusters } from "../adapters/pg/rollout/wave-clusters.ts";
import { createGateEvaluator } from "../app/gate/evaluate-gate.ts";
import { createMeasureGate } from "../app/gate/measure-gate.ts";
import type { Handler } from "../workers/run-queue.ts";

interface GateHandlerDeps {
  readonly database: Database;
  readonly calls: CallOptions;
  readonly clock: Pick<Clock, "now">;
}

/** The queue `gate` with everything that gates are measured with. */
export const createGateHandler = ({ database, calls, clock }: GateHandlerDeps): Handler =>
  createGateEvaluator({
    gates: createGateStore(database),
    measure: createMeasureGate({
      evaluate: evaluateInThread,
      call: (call, signal) => callChecked(calls, call, signal),
      clusters: (snapshot) => loadWaveClusters(database, snapshot),
      job: createJobInstrument({ database, clock }),
    }),
    clock,
  });
