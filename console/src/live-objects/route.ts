import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster/applications/$application",
  validateSearch: (search) => textsOf(search, ["object", "tab"]),
  component: latePage(async () => (await import("./live-page.tsx")).LivePage),
});
