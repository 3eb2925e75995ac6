import { application, trackHead } from "../git/fleet-repository.ts";
import { v1, v2 } from "../git/web-application.ts";
import { clustersOf, counted } from "../world.ts";
import { assertAllRun, untilAllRun } from "./clusters-run.ts";
import { untilRollout } from "./drover-says.ts";
import { commitOf, pushVersion } from "./push.ts";
import type { Step } from "./step.ts";
import { watchWaves } from "./watch-waves.ts";

export const stagingFollows: Step = {
  name: "let staging follow the branch, push v2",
  run: async (world) => {
    await untilRollout(world, "production", commitOf(world, v1), "Completed");
    await world.fleetRepository.push("Staging follows the branch", trackHead);
    await pushVersion(world, v2, "Second version: without the banner");
    const staging = clustersOf(world, "staging");
    await untilAllRun(world, staging, v2);
    await assertAllRun(world, clustersOf(world, "production"), v1);
    return `v2 reached ${counted(staging)} by itself, what v2 dropped is pruned, production still runs v1`;
  },
};

export const promoteSecondVersion: Step = {
  name: "promote v2 to production",
  run: async (world) => {
    const revision = commitOf(world, v2);
    await untilRollout(world, "staging", revision, "Completed");
    const expectedRevision = commitOf(world, v1);
    const body = { application, environment: "production", revision, expectedRevision, reason: "good in staging" };
    await world.api("createPromotion", { body });
    const production = clustersOf(world, "production");
    const order = await watchWaves(world, production, v2);
    await untilRollout(world, "production", revision, "Completed");
    return `v2 runs in ${counted(production)}, waves seen in order: ${order}`;
  },
};
