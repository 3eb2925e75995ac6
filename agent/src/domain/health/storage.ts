import { memberAt, textAt } from "@drover/kit";
import type { Manifest } from "../manifest.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";

export function assessClaim(object: Manifest): Assessment {
  const phase = textAt(object, "status", "phase");
  if (phase === "Bound") return healthy;
  // A claim with WaitForFirstConsumer stays Pending until a pod wants it, so Pending is never a failure.
  return phase === "Lost" ? degraded("Lost", "the volume behind the claim is gone") : progressing(phase || "Pending", "not bound yet");
}

export function assessVolume(object: Manifest): Assessment {
  const phase = textAt(object, "status", "phase");
  if (phase === "Failed") return degraded(textAt(object, "status", "reason") || "Failed", textAt(object, "status", "message"));
  return phase === "" || phase === "Pending" ? progressing("Pending", "not available yet") : healthy;
}

export function assessAttachment(object: Manifest): Assessment {
  if (memberAt(object, "status", "attached") === true) return healthy;
  const error = textAt(object, "status", "attachError", "message");
  return error === "" ? progressing("NotAttached", "not attached yet") : degraded("AttachFailed", error);
}
