import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { latePage } from "../late/late-part.ts";

export const tokensRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tokens",
  component: latePage(async () => (await import("./tokens-page.tsx")).TokensPage),
});
