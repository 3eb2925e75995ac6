import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";
import { latePage } from "../late/late-part.ts";

export const filesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet",
  component: latePage(async () => (await import("./files-page.tsx")).FilesPage),
});

export const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/settings",
  component: latePage(async () => (await import("./edit-page.tsx")).SettingsPage),
});

export const newFileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/$collection",
  component: latePage(async () => (await import("./edit-page.tsx")).NewFilePage),
});

export const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/$collection/$name",
  component: latePage(async () => (await import("./edit-page.tsx")).EditPage),
});
