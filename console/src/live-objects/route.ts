import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";

export const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster/applications/$application",
  validateSearch: (search) => textsOf(search, ["object", "tab"]),
  component: lazyRouteComponent(() => import("./live-page.tsx"), "LivePage"),
});
