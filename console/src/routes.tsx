import { applicationRoute, applicationsRoute } from "./application/route.ts";
import { auditRoute } from "./audit/route.ts";
import { clusterRoute } from "./cluster/route.ts";
import { clustersRoute } from "./clusters/route.ts";
import { editRoute, filesRoute, newFileRoute, settingsRoute } from "./fleet-file/route.ts";
import { fleetRoute } from "./fleet/route.ts";
import { historyRoute } from "./history/route.ts";
import { liveRoute } from "./live-objects/route.ts";
import { notificationsRoute } from "./notification/route.ts";
import { restrictionsRoute } from "./restriction/route.ts";
import { rolloutRoute, rolloutsRoute } from "./rollout/route.ts";
import { rootRoute } from "./root-route.tsx";
import { tokensRoute } from "./tokens/route.ts";

/** Every page. A page is a folder: `route.ts` says its path and parameters, and loads the rest when somebody goes there. */
export const routeTree = rootRoute.addChildren([
  fleetRoute,
  applicationsRoute,
  applicationRoute,
  rolloutsRoute,
  rolloutRoute,
  clustersRoute,
  clusterRoute,
  liveRoute,
  historyRoute,
  auditRoute,
  tokensRoute,
  restrictionsRoute,
  notificationsRoute,
  filesRoute,
  settingsRoute,
  newFileRoute,
  editRoute,
]);
