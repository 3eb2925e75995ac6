import { createRootRoute } from "@tanstack/react-router";
import { Shell } from "./shell/shell.tsx";

/** Every page stands inside of it: `createRoute({ getParentRoute: () => rootRoute, … })`. */
export const rootRoute = createRootRoute({ component: Shell });
