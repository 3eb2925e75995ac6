import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";

export const notificationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/notifications",
  validateSearch: (search) => textsOf(search, ["state"]),
  component: lazyRouteComponent(() => import("./notifications-page.tsx"), "NotificationsPage"),
});
