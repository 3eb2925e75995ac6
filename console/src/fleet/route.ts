import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { latePage } from "../late/late-part.ts";

export const fleetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: latePage(async () => (await import("./fleet-page.tsx")).FleetPage),
});
