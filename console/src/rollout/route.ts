import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

/** What may stand behind the `?` of the list. */
export const rolloutFilters = ["application", "environment", "phase", "changeId"] as const;

export const rolloutsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/rollouts",
  validateSearch: (search) => textsOf(search, rolloutFilters),
  component: latePage(async () => (await import("./rollouts-page.tsx")).RolloutsPage),
});

export const rolloutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/rollouts/$rollout",
  component: latePage(async () => (await import("./rollout-page.tsx")).RolloutPage),
});
