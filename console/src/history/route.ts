import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const historyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/history",
  /** `at` and `against` are instants in UTC; with both, what differs between them is shown. */
  validateSearch: (search) => textsOf(search, ["at", "against", "application", "environment", "cluster"]),
  component: latePage(async () => (await import("./history-page.tsx")).HistoryPage),
});
