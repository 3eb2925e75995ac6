import { isJsonObject, type Json, type JsonObject } from "@drover/kit";

export type PrometheusReading =
  | { readonly kind: "read"; readonly values: { readonly result: number; readonly results: readonly PrometheusSample[] } }
  | { readonly kind: "nothing"; readonly message: string };

interface PrometheusSample {
  readonly metric: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** As many as a condition is given. */
const maxSamples = 1_000;

/** What an instant query came to: `result` is its scalar or its first sample. No sample, or one that is no number, is nothing to judge by. */
export function readPrometheus(body: string): PrometheusReading {
  const answer = parsed(body);
  if (answer?.["status"] !== "success") return nothing(`Prometheus answers no success${errorOf(answer)}`);
  const { resultType, result } = (isJsonObject(answer["data"]) ? answer["data"] : {}) as JsonObject;
  const samples =
    resultType === "scalar" ? [{ metric: {}, value: numberOf(result) }] : resultType === "vector" ? samplesOf(result) : undefined;
  if (samples === undefined) return nothing(`the query answers a ${String(resultType)}: write one that answers a scalar or a vector`);
  const [first] = samples;
  if (first === undefined) return nothing("the query has no result: nothing is measured, or it is mistyped");
  if (samples.length > maxSamples) return nothing(`the query has ${samples.length} results: aggregate them to ${maxSamples} at the most`);
  return Number.isNaN(first.value)
    ? nothing("the query's result is not a number: nothing was measured in its time")
    : { kind: "read", values: { result: first.value, results: samples } };
}

const nothing = (message: string): PrometheusReading => ({ kind: "nothing", message });

function parsed(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const errorOf = (answer: JsonObject | undefined): string =>
  typeof answer?.["error"] === "string" ? `: ${answer["error"].slice(0, 200)}` : "";

function samplesOf(result: Json | undefined): readonly PrometheusSample[] {
  if (!Array.isArray(result)) return [];
  return result.flatMap((sample) =>
    isJsonObject(sample) ? [{ metric: isJsonObject(sample["metric"]) ? sample["metric"] : {}, value: numberOf(sample["value"]) }] : [],
  );
}

/** `[time, "1.5"]`; infinities are written `+Inf` and `-Inf`. */
function numberOf(pair: Json | undefined): number {
  const text = Array.isArray(pair) ? pair[1] : undefined;
  if (typeof text !== "string") return Number.NaN;
  return text === "+Inf" ? Number.POSITIVE_INFINITY : text === "-Inf" ? Number.NEGATIVE_INFINITY : text === "" ? Number.NaN : Number(text);
}
