import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";

/** A row of `assignments` that no rollout moved: what rollouts move is told of by their targets. */
export interface ChangedAssignment {
  readonly cluster_id: ClusterId;
  readonly application: string;
  readonly environment: string;
}

export const tellOfAssignments = (tx: Db, changed: readonly ChangedAssignment[]): Promise<void> =>
  recordEvents(
    tx,
    changed.map(({ cluster_id: clusterId, application, environment }) => ({
      kind: "AssignmentChanged",
      subject: `clusters/${clusterId}`,
      body: { clusterId, application, environment },
    })),
  );

/** All of a place at once, whatever their number: only the name of what they have is new. */
export const tellOfPlace = (tx: Db, application: string, environment: string): Promise<void> =>
  recordEvents(tx, [
    {
      kind: "AssignmentChanged",
      subject: `environments/${environment}/applications/${application}`,
      body: { application, environment },
    },
  ]);
