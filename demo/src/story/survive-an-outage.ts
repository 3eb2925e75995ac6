import { removeStagingPin } from "../git/fleet-repository.ts";
import { v2, v4 } from "../git/web-application.ts";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { clustersOf, counted } from "../world.ts";
import { deleteConfig, editDeployment } from "./break-by-hand.ts";
import { assertAllRun, untilAllRun } from "./clusters-run.ts";
import { untilHeadIs } from "./drover-says.ts";
import { pushVersion } from "./push.ts";
import type { Step } from "./step.ts";

export const healWithoutAnybody: Step = {
  name: "kill control plane and nats-server, break a cluster",
  run: async (world) => {
    await Promise.all([world.controlPlane.kill(), world.broker.kill()]);
    const [staging, production] = [clustersOf(world, "staging")[0], clustersOf(world, "production")[0]] as [LiveCluster, LiveCluster];
    await Promise.all([deleteConfig(world, staging), editDeployment(world, production)]);
    await untilAllRun(world, world.clusters, v2);
    return `healed all the same in ${staging.plan.name} and ${production.plan.name}, from what their agents keep`;
  },
};

export const comeBack: Step = {
  name: "start both again, push v4",
  run: async (world) => {
    await world.broker.start();
    await world.controlPlane.start(world.signal);
    const revision = await pushVersion(world, v4, "Fourth version: v3 repaired");
    // Without its pin staging takes the branch's head, which must no longer be v3 by then.
    await untilHeadIs(world, "staging", revision);
    await world.fleetRepository.push("Staging follows the branch again", removeStagingPin);
    const staging = clustersOf(world, "staging");
    const production = clustersOf(world, "production");
    await untilAllRun(world, staging, v4);
    await assertAllRun(world, production, v2);
    return `v4 runs in ${counted(staging)} of staging, v2 in ${counted(production)} of production`;
  },
};
