import type { QuarantineInForce } from "../domain/placement/quarantine.ts";

/** What rows refuse of an application until the fleet repository's file does. PostgreSQL implements this in adapters/pg. */
export interface Quarantines {
  inForce(application: string): Promise<readonly QuarantineInForce[]>;
}
