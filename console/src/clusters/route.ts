import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { textsOf } from "../search-text.ts";
import { latePage } from "../late/late-part.ts";

export const clustersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/clusters",
  /** `filter` is free text, `standing` one word, `sort` a column (with `-` in front: descending), `add` opens the dialog. */
  validateSearch: (search) => textsOf(search, ["filter", "standing", "environment", "sort", "add"]),
  component: latePage(async () => (await import("./clusters-page.tsx")).ClustersPage),
});
