import { createRouter } from "@tanstack/react-router";
import { FailurePage } from "./page/failure-page.tsx";
import { NotFoundPage } from "./page/not-found-page.tsx";
import { PendingPage } from "./page/pending-page.tsx";
import { routeTree } from "./routes.tsx";
import { parseSearch, stringifySearch } from "./search-text.ts";

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  // The page that one leaves stays until the next one is there, no blank and no shift, for as long as a person takes that for one step.
  defaultPendingMs: 300,
  // What has come is not held back for the sign that it was on its way.
  defaultPendingMinMs: 0,
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
