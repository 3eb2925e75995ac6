import type { Instant } from "@drover/kit";

/** What becomes of an open gate now, or of a measured one that a measurement is due. */
export type GateVerdict = GateNews | { readonly kind: "Measure"; readonly because: string };

/** What is written of a gate after a look: its end, or its words and its next time. */
export type GateNews =
  | { readonly kind: "Passed"; readonly because: string }
  | { readonly kind: "Failed"; readonly because: string }
  /** Until then, or until somebody does something. */
  | { readonly kind: "Wait"; readonly because: string; readonly until: Instant | undefined };
