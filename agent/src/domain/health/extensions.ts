import type { Manifest } from "../manifest.ts";
import { conditionOf } from "./conditions.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";

export function assessDefinition(object: Manifest): Assessment {
  const refused = conditionOf(object, "NamesAccepted");
  if (refused?.status === "False") return degraded(refused.reason, refused.message);
  const established = conditionOf(object, "Established");
  return established?.status === "True" ? healthy : progressing("NotEstablished", established?.message ?? "not established yet");
}

export const isEstablished = (definition: Manifest): boolean => conditionOf(definition, "Established")?.status === "True";

export function assessApiService(object: Manifest): Assessment {
  const available = conditionOf(object, "Available");
  return available?.status === "True" ? healthy : progressing(available?.reason ?? "NotAvailable", available?.message ?? "");
}

/** Dangling: its priority level is not there. */
export function assessFlowSchema(object: Manifest): Assessment {
  const dangling = conditionOf(object, "Dangling");
  return dangling?.status === "True" ? degraded(dangling.reason || "Dangling", dangling.message) : healthy;
}
