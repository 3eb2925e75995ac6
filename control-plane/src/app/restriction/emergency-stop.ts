import type { EmergencyStop } from "@drover/proto/rest";
import { authoriseIn } from "../access/authorise.ts";
import type { Caller } from "../access/caller.ts";

/** Nothing is dispatched anywhere while it holds. PostgreSQL implements this in adapters/pg. */
export interface EmergencyStops {
  get(): Promise<EmergencyStop>;
  /** With audit row, event and a look at every open rollout, in one transaction. One that holds already stays as it was. */
  stop(reason: string, caller: Caller): Promise<EmergencyStop>;
  /** With the same. Where none holds nothing changes. */
  release(reason: string, caller: Caller): Promise<EmergencyStop>;
}

/** The whole fleet's, so only for those who may override everywhere. */
export const createEmergencyStopCommands = ({ stops }: { readonly stops: EmergencyStops }) => ({
  async stopFleet(caller: Caller, reason: string): Promise<EmergencyStop> {
    authoriseIn(caller, "overrides", "*");
    return stops.stop(reason, caller);
  },
  async releaseStop(caller: Caller, reason: string): Promise<EmergencyStop> {
    authoriseIn(caller, "overrides", "*");
    return stops.release(reason, caller);
  },
});
