import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: (search) => textsOf(search, ["actor", "action", "object"]),
  component: latePage(async () => (await import("./audit-page.tsx")).AuditPage),
});
