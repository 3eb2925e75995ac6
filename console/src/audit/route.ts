import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: (search) => textsOf(search, ["actor", "action", "object"]),
  component: lazyRouteComponent(() => import("./audit-page.tsx"), "AuditPage"),
});
