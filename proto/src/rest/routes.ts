import type { AnswerOf, BodyOf, MessageOf, ParamsOf, QueryOf, Route } from "./route.ts";
import { accessRoutes } from "./routes/access-routes.ts";
import { clusterRoutes } from "./routes/cluster-routes.ts";
import { fleetEditRoutes } from "./routes/fleet-edit-routes.ts";
import { fleetRoutes } from "./routes/fleet-routes.ts";
import { historyRoutes } from "./routes/history-routes.ts";
import { notificationRoutes } from "./routes/notification-routes.ts";
import { operationRoutes } from "./routes/operation-routes.ts";
import { overviewRoutes } from "./routes/overview-routes.ts";
import { previewRoutes } from "./routes/preview-routes.ts";
import { pruneRoutes } from "./routes/prune-routes.ts";
import { quarantineRoutes } from "./routes/quarantine-routes.ts";
import { questionRoutes } from "./routes/question-routes.ts";
import { gateRoutes } from "./routes/gate-routes.ts";
import { removalRoutes } from "./routes/removal-routes.ts";
import { restrictionRoutes } from "./routes/restriction-routes.ts";
import { rolloutRoutes } from "./routes/rollout-routes.ts";
import { statusRoutes } from "./routes/status-routes.ts";
import { watchRoutes } from "./routes/watch-routes.ts";

/** Every operation of the public API, by its operationId. */
export const routes = {
  ...clusterRoutes,
  ...questionRoutes,
  ...fleetRoutes,
  ...overviewRoutes,
  ...fleetEditRoutes,
  ...rolloutRoutes,
  ...historyRoutes,
  ...previewRoutes,
  ...pruneRoutes,
  ...gateRoutes,
  ...removalRoutes,
  ...quarantineRoutes,
  ...restrictionRoutes,
  ...notificationRoutes,
  ...statusRoutes,
  ...watchRoutes,
  ...accessRoutes,
  ...operationRoutes,
} as const;

export type Routes = typeof routes;
export type OperationId = keyof Routes;

export type { WatchId } from "./routes/watch-routes.ts";

/** The same table where the types of its parts do not matter. */
export const routeTable: Readonly<Record<OperationId, Route>> = { ...routes };

export type Params<Id extends OperationId> = ParamsOf<Routes[Id]>;
export type Query<Id extends OperationId> = QueryOf<Routes[Id]>;
export type Body<Id extends OperationId> = BodyOf<Routes[Id]>;
export type Answer<Id extends OperationId> = AnswerOf<Routes[Id]>;
export type Message<Id extends OperationId> = MessageOf<Routes[Id]>;
