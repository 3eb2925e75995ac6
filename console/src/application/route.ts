import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";

export const applicationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications",
  validateSearch: (search) => textsOf(search, ["filter"]),
  component: lazyRouteComponent(() => import("./applications-page.tsx"), "ApplicationsPage"),
});

export const applicationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications/$application",
  component: lazyRouteComponent(() => import("./application-page.tsx"), "ApplicationPage"),
});
