import type { Instant } from "@drover/kit";
import type { GateJob } from "@drover/proto/fleet";

/** What a gate asks. */
export type GateCheck =
  /** Of people: `approvers` are roles or `users/<subject>`; anybody with the permission when there are none. */
  | { readonly kind: "Approval"; readonly required: number; readonly approvers: readonly string[] }
  | {
      readonly kind: "Prometheus";
      readonly address: string;
      readonly query: string;
      readonly condition: string;
      readonly credentialsRef?: string;
    }
  | { readonly kind: "Http"; readonly url: string; readonly condition: string; readonly credentialsRef?: string }
  | { readonly kind: "Cel"; readonly expression: string }
  | { readonly kind: "Job"; readonly clusters: number; readonly job: GateJob };

/** A condition of a wave: `count` measurements, `intervalMs` apart, of which `failureLimit` more may fail. */
export interface Gate {
  readonly name: string;
  readonly check: GateCheck;
  readonly intervalMs: number;
  readonly count: number;
  readonly failureLimit: number;
  /** Of one measurement; of the whole wait for an approval or a Job. Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
}

export type GateWhen = "before" | "after";

/** Which gate of which wave. */
export interface GatePlace {
  readonly wave: number;
  readonly when: GateWhen;
  readonly gate: string;
}

/** How far a gate is that has been opened. It belongs to this rollout alone, so nothing measured for another one counts. */
export interface GateRun extends GatePlace {
  readonly state: "Open" | "Passed" | "Failed";
  /** What its last measurement came to, in words. */
  readonly message: string;
  /** When it is measured next, or gives up. */
  readonly next: Instant | undefined;
}
