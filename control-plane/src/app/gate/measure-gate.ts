import { DroverError, type Json } from "@drover/kit";
import { celValue } from "../../domain/gate/cel-value.ts";
import { readPrometheus } from "../../domain/gate/read-prometheus.ts";
import { type WaveCluster, waveValues } from "../../domain/gate/wave-values.ts";
import type { GateCheck } from "../../domain/rollout/gate.ts";
import type { GateSnapshot, Measured } from "./gate-snapshot.ts";

export interface EvaluateJob {
  readonly expression: string;
  readonly values: Readonly<Record<string, unknown>>;
}
export type Evaluated = { readonly value: boolean } | { readonly problem: string };

export interface HttpCall {
  readonly url: string;
  readonly credentialsRef?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** False when there was more than is read. */
  readonly isWhole: boolean;
}

/** What gates are measured with. adapters/ implements each. */
export interface Instruments {
  /** Off the main thread, within its time. What goes wrong is an answer. */
  readonly evaluate: (job: EvaluateJob, timeoutMs: number, signal: AbortSignal) => Promise<Evaluated>;
  /** Throws a DroverError for what cannot or may not be called. */
  readonly call: (call: HttpCall, signal: AbortSignal) => Promise<HttpAnswer>;
  /** The wave's clusters after it, those of the waves before it otherwise. */
  readonly clusters: (snapshot: GateSnapshot) => Promise<readonly WaveCluster[]>;
  /** Has the Job run where it is to run, and says what became of it so far. */
  readonly job: (snapshot: GateSnapshot) => Promise<Measured>;
}

/** No type that is measured has no time; this stands for it in the type alone. */
const anyTimeMs = 10_000;
const maxShown = 200;
/** The evaluation counts its own time: a thread that starts slowly is no fault of the expression. */
const longestEvaluationMs = 10_000;

interface Signals {
  readonly signal: AbortSignal;
  readonly withinTime: AbortSignal;
}

/** Measures a gate once. What cannot be measured is a failure that says why; it throws only when `signal` aborts. */
export const createMeasureGate = (instruments: Instruments) => {
  return async (snapshot: GateSnapshot, signal: AbortSignal): Promise<Measured> => {
    const { check, timeoutMs = anyTimeMs } = snapshot.gate;
    const withinTime = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      return await measure(check, snapshot, timeoutMs, { signal, withinTime });
    } catch (error) {
      signal.throwIfAborted();
      if (error === withinTime.reason) return failed(`there was no answer within ${timeoutMs / 1000} s`);
      if (error instanceof DroverError && expected.has(error.code)) return failed(error.message);
      throw error;
    }
  };

  async function measure(check: GateCheck, snapshot: GateSnapshot, timeoutMs: number, { signal, withinTime }: Signals): Promise<Measured> {
    const judged = async (expression: string, values: EvaluateJob["values"], value: string): Promise<Measured> => {
      const said = await instruments.evaluate({ expression, values }, Math.min(timeoutMs, longestEvaluationMs), signal);
      if ("problem" in said) return failed(`${expression}: ${said.problem}`, value);
      return { kind: "Measured", ok: said.value, value, message: `${value}: ${expression} is ${said.value}` };
    };
    switch (check.kind) {
      case "Prometheus": {
        const { address, query, condition, ...credentials } = check;
        const url = `${address.replace(/\/+$/, "")}/api/v1/query?query=${encodeURIComponent(query)}`;
        const answer = await instruments.call({ url, ...credentialsOf(credentials) }, withinTime);
        if (!answer.isWhole) return failed("the query's answer is larger than 64 KiB: aggregate it");
        const reading = readPrometheus(answer.body);
        return reading.kind === "nothing"
          ? failed(reading.message, `HTTP ${answer.status}`)
          : judged(condition, reading.values, `result ${reading.values.result}`);
      }
      case "Http": {
        const { status, body, isWhole } = await instruments.call({ url: check.url, ...credentialsOf(check) }, withinTime);
        return judged(check.condition, { status: BigInt(status), body, json: isWhole ? jsonOf(body) : null }, `status ${status}`);
      }
      case "Cel": {
        const { waveName, place } = snapshot;
        const clusters = await instruments.clusters(snapshot);
        const healthy = clusters.filter(({ status }) => status?.health === "Healthy").length;
        return judged(
          check.expression,
          waveValues({ name: waveName, when: place.when }, clusters),
          `${healthy} of ${clusters.length} clusters Healthy`,
        );
      }
      case "Job":
        return instruments.job(snapshot);
      case "Approval":
        throw new DroverError("internal", "INTERNAL", `measure gate ${place(snapshot)}: people are not measured`);
    }
  }
};

/** What a wrong address, a refusing server or a missing Secret comes to. It is the gate's failure, not the worker's. */
const expected = new Set(["GATE_UNREACHABLE", "GATE_EGRESS_REFUSED", "GATE_CREDENTIALS_MISSING", "GATE_JOB_INVALID"]);

const failed = (message: string, value?: string): Measured => ({ kind: "Measured", ok: false, value: value?.slice(0, maxShown), message });

const credentialsOf = ({ credentialsRef }: { readonly credentialsRef?: string }) =>
  credentialsRef === undefined ? {} : { credentialsRef };

/** Null for a body that is no JSON: a condition that asks for its members fails, and one that does not is not hindered. */
function jsonOf(body: string): unknown {
  try {
    return celValue(JSON.parse(body) as Json);
  } catch {
    return null;
  }
}

const place = ({ place: { gate }, waveName }: GateSnapshot): string => `${gate} of wave ${waveName}`;
