import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../root-route.tsx";

export const filesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet",
  component: lazyRouteComponent(() => import("./files-page.tsx"), "FilesPage"),
});

export const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/settings",
  component: lazyRouteComponent(() => import("./edit-page.tsx"), "SettingsPage"),
});

export const newFileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/$collection",
  component: lazyRouteComponent(() => import("./edit-page.tsx"), "NewFilePage"),
});

export const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/fleet/$collection/$name",
  component: lazyRouteComponent(() => import("./edit-page.tsx"), "EditPage"),
});
