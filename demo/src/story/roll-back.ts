import { application } from "../git/fleet-repository.ts";
import { v1, v2 } from "../git/web-application.ts";
import { clustersOf, counted } from "../world.ts";
import { untilAllRun } from "./clusters-run.ts";
import { untilCommitted, untilRollout } from "./drover-says.ts";
import { commitOf } from "./push.ts";
import type { Step } from "./step.ts";

export const pinStaging: Step = {
  name: "return staging to v2 by a pin",
  run: async (world) => {
    const revision = commitOf(world, v2);
    await world.api("createRollback", { body: { application, environment: "staging", revision, reason: "v3 crashes" } });
    const staging = clustersOf(world, "staging");
    await untilAllRun(world, staging, v2);
    return `v2 runs in ${counted(staging)}, held by a pin though the branch is at v3`;
  },
};

export const productionBackAndForward: Step = {
  name: "return production to v1, and forward by git revert",
  run: async (world) => {
    const production = clustersOf(world, "production");
    // Names no revision: the newest that completed before the present one.
    const rollback = await world.api("createRollback", { body: { application, environment: "production", reason: "look at v1 again" } });
    await untilAllRun(world, production, v1);
    const commit = await untilCommitted(world, rollback);
    await untilRollout(world, "production", commitOf(world, v1), "Completed");
    await world.fleetRepository.revert(commit);
    await untilAllRun(world, production, v2);
    return `v1 ran in ${counted(production)} after one call, v2 after a pushed revert of commit ${commit.slice(0, 8)}`;
  },
};
