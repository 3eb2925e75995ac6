import { parentPort } from "node:worker_threads";
import { compileExpression } from "@drover/proto/cel";
import type { EvaluateJob, Evaluated } from "../../app/gate/measure-gate.ts";

/** The other side of evaluate.ts: one expression, then its end. */
const port = parentPort;
if (port === null) throw new TypeError("evaluate-thread.ts is run as a worker thread");
port.once("message", (job: EvaluateJob) => port.postMessage(evaluate(job)));
port.postMessage("ready");

function evaluate({ expression, values }: EvaluateJob): Evaluated {
  const compiled = compileExpression(expression, Object.keys(values));
  if ("problem" in compiled) return compiled;
  try {
    const value = compiled.evaluate(values);
    return typeof value === "boolean" ? { value } : { problem: `it is neither true nor false, but a ${typeof value}` };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? (thrown.message.split("\n", 1)[0] ?? "") : "it cannot be evaluated" };
  }
}
