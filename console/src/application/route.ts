import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const applicationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications",
  validateSearch: (search) => textsOf(search, ["filter"]),
  component: latePage(async () => (await import("./applications-page.tsx")).ApplicationsPage),
});

export const applicationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications/$application",
  component: latePage(async () => (await import("./application-page.tsx")).ApplicationPage),
});
