import type { GateType } from "./gate-schema.ts";

/** What a gate's condition or expression may speak of. */
export const gateVariables: Readonly<Record<GateType, readonly string[]>> = {
  Approval: [],
  Prometheus: ["result", "results"],
  Http: ["status", "body", "json"],
  Cel: ["clusters", "wave", "counts"],
  Job: [],
};
