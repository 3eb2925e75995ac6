import { createRouter } from "@tanstack/react-router";
import { FailurePage } from "./page/failure-page.tsx";
import { NotFoundPage } from "./page/not-found-page.tsx";
import { routeTree } from "./routes.tsx";
import { parseSearch, stringifySearch } from "./search-text.ts";

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  // The page that one leaves stays until the next one is there: no blank, no shift.
  defaultPendingMs: 1_000,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
