import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { latePage } from "../late/late-part.ts";

export const restrictionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/restrictions",
  component: latePage(async () => (await import("./restrictions-page.tsx")).RestrictionsPage),
});
