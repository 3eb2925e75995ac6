import type { EmergencyStop } from "@drover/proto/rest";
import type { Caller } from "./caller.ts";

/** Nothing is dispatched anywhere while it holds. PostgreSQL implements this in adapters/pg. */
export interface EmergencyStops {
  get(): Promise<EmergencyStop>;
  /** With audit row, event and a look at every open rollout, in one transaction. One that holds already stays as it was. */
  stop(reason: string, caller: Caller): Promise<EmergencyStop>;
  /** With the same. Where none holds nothing changes. */
  release(reason: string, caller: Caller): Promise<EmergencyStop>;
}
