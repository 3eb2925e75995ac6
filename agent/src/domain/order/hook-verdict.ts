import { memberAt } from "@drover/kit";
import { conditionOf } from "../health/conditions.ts";
import type { Assessment } from "../health/health.ts";
import { textOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

export type HookVerdict =
  | { readonly kind: "running"; readonly message: string }
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly message: string };

/** Words of a `status.phase` that end a run: those of pods, and of the workflow kinds that took them over. */
const endings: Readonly<Record<string, "succeeded" | "failed">> = { Succeeded: "succeeded", Failed: "failed", Error: "failed" };

/** Whether a hook's object is through. What runs to no end, a ConfigMap or a service account, is through when it is healthy. */
export function hookVerdict(object: Manifest, { health, reason, message }: Assessment): HookVerdict {
  const phase = textOf(memberAt(object, "status", "phase"));
  const text = [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
  const ending = endings[phase];
  if (ending === "succeeded") return { kind: "succeeded" };
  if (ending === "failed") return { kind: "failed", message: textOf(memberAt(object, "status", "message")) || phase };
  if (health === "Degraded") return { kind: "failed", message: text };
  const runsToAnEnd = object.kind === "Pod" || (object.kind === "Job" && conditionOf(object, "Complete")?.status !== "True");
  return health === "Healthy" && !runsToAnEnd ? { kind: "succeeded" } : { kind: "running", message: text || phase || "running" };
}
