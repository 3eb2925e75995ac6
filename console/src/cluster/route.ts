import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";

export const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster",
  validateSearch: (search) => textsOf(search, ["application"]),
  component: lazyRouteComponent(() => import("./cluster-page.tsx"), "ClusterPage"),
});
