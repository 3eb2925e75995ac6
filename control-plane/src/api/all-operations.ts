import type { OperationId, WatchId } from "@drover/proto/rest";
import type { ApiDeps } from "./deps.ts";
import type { Handlers } from "./operation.ts";
import { accessOperations } from "./operations/access.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { fleetEditOperations } from "./operations/fleet-edits.ts";
import { fleetOperations } from "./operations/fleet.ts";
import { gateOperations } from "./operations/gates.ts";
import { historyOperations } from "./operations/history.ts";
import { notificationOperations } from "./operations/notifications.ts";
import { overviewOperations } from "./operations/overview.ts";
import { pruneOperations } from "./operations/prunes.ts";
import { quarantineOperations } from "./operations/quarantines.ts";
import { questionOperations } from "./operations/questions.ts";
import { removalOperations } from "./operations/removals.ts";
import { restrictionOperations } from "./operations/restrictions.ts";
import { rolloutOperations } from "./operations/rollouts.ts";
import { statusOperations } from "./operations/statuses.ts";
import { versionOperations } from "./operations/version.ts";
import { rehearsable } from "./rehearsable.ts";

/** Answered by what serves HTTP alone, for whoever watches over the process. gRPC has its own: health and reflection. */
export type HttpOnly = "getLiveness" | "getReadiness" | "getHealth" | "getMetrics" | "getOpenApi";

/** Answered piece by piece, each protocol in its own way. */
export type Streamed = "watchEvents" | "getApplicationLogs" | WatchId;

type Answered = Handlers<Exclude<OperationId, HttpOnly | Streamed>>;

/** What REST and gRPC both do, once, by operation. */
export const allOperations = (deps: ApiDeps): Answered =>
  rehearsable(plainOperations(deps), deps, (rehearsal) => plainOperations({ ...deps, ...rehearsal }));

const plainOperations = (deps: ApiDeps): Answered => ({
  ...clusterOperations(deps),
  ...questionOperations(deps),
  ...fleetOperations(deps.reads),
  ...overviewOperations(deps.reads),
  ...fleetEditOperations(deps),
  ...rolloutOperations(deps),
  ...historyOperations(deps),
  ...pruneOperations(deps),
  ...quarantineOperations(deps),
  ...restrictionOperations(deps),
  ...notificationOperations(deps),
  ...gateOperations(deps),
  ...removalOperations(deps),
  ...statusOperations(deps),
  ...accessOperations(deps),
  ...versionOperations(deps),
});
