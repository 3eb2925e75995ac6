import { lazyRouteComponent } from "@tanstack/react-router";
import { type ComponentType, lazy } from "react";
import { sleep } from "../live/sleep.ts";
import { createArrival } from "./arrival.ts";
import { wish } from "./interruption.ts";
import { renew } from "./renew.ts";
import { otherVersion } from "./server-version.ts";

export const arrival = createArrival({ sleep, otherVersion, renew, wish });

/** A part of a page that is loaded when it is first shown, inside of a `Suspense`. */
export const latePart = <Props>(load: () => Promise<ComponentType<Props>>) => lazy(async () => ({ default: await arrival(load) }));

/** A page that is loaded when somebody goes there, or is about to. */
export const latePage = (load: () => Promise<ComponentType>) => lazyRouteComponent(async () => ({ default: await arrival(load) }));
