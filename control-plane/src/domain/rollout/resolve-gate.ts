import { parseDuration } from "@drover/kit";
import type { Gate as GateForm } from "@drover/proto/fleet";
import type { Gate, GateCheck } from "./gate.ts";

/** Fills in a gate's defaults. The form has been checked: what its type needs is there. */
export function resolveGate(form: GateForm): Gate {
  return {
    name: form.name,
    check: checkOf(form),
    intervalMs: parseDuration(form.interval ?? "60s"),
    count: form.count ?? 1,
    failureLimit: form.failureLimit ?? 0,
    timeoutMs: form.timeout === undefined ? defaultTimeouts[form.type] : parseDuration(form.timeout),
  };
}

const defaultTimeouts: Readonly<Record<GateForm["type"], number | undefined>> = {
  Approval: undefined,
  Prometheus: 10_000,
  Http: 10_000,
  Cel: 1_000,
  Job: 600_000,
};

function checkOf(form: GateForm): GateCheck {
  const credentials = form.credentialsRef === undefined ? {} : { credentialsRef: form.credentialsRef };
  switch (form.type) {
    case "Approval":
      return { kind: "Approval", required: form.requiredApprovals ?? 1, approvers: form.approvers ?? [] };
    case "Prometheus":
      return {
        kind: "Prometheus",
        address: form.address ?? "",
        query: form.query ?? "",
        condition: form.condition ?? "",
        ...credentials,
      };
    case "Http":
      return { kind: "Http", url: form.url ?? "", condition: form.condition ?? answersWell, ...credentials };
    case "Cel":
      return { kind: "Cel", expression: form.expression ?? "" };
    case "Job":
      return { kind: "Job", clusters: form.clusters ?? 1, job: form.job ?? { image: "" } };
  }
}

const answersWell = "status >= 200 && status < 300";
