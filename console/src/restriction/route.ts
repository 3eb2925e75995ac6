import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";

export const restrictionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/restrictions",
  component: lazyRouteComponent(() => import("./restrictions-page.tsx"), "RestrictionsPage"),
});
