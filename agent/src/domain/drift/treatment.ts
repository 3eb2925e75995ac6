import type { SyncPolicy } from "@drover/proto/wire";
import type { Drift } from "./judge.ts";

/** What is done about drift: it is put right, told, or nobody looks. */
export type Treatment = "heal" | "report" | "ignore";

export function treatmentOf({ mode, selfHeal, drift: policy }: Pick<SyncPolicy, "mode" | "selfHeal" | "drift">, drift: Drift): Treatment {
  if (policy.mode === "off") return "ignore";
  if (policy.mode === "warn" || !selfHeal || mode === "Report") return "report";
  return drift.kind === "additions" && policy.people === "report" ? "report" : "heal";
}
