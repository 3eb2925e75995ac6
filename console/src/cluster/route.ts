import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters/$cluster",
  validateSearch: (search) => textsOf(search, ["application"]),
  component: latePage(async () => (await import("./cluster-page.tsx")).ClusterPage),
});
