import type { LiveCluster } from "../clusters/live-cluster.ts";
import { v2 } from "../git/web-application.ts";
import { clustersOf, type World } from "../world.ts";
import { deleteConfig, editConfig, editDeployment } from "./break-by-hand.ts";
import { untilAllRun } from "./clusters-run.ts";
import type { Step } from "./step.ts";

export const heal: Step = {
  name: "delete and edit objects by hand",
  run: async (world) => {
    const [one, two, three] = victims(world);
    await Promise.all([deleteConfig(world, one), editDeployment(world, two), editConfig(world, three)]);
    await untilAllRun(world, world.clusters, v2);
    const names = [...new Set([one, two, three].map(({ plan }) => plan.name))];
    return `healed in ${names.join(", ")}: a deleted ConfigMap, a scaled and edited Deployment, an edited ConfigMap`;
  },
};

/** The first cluster of each environment, where the real ones are, and the last of production. */
function victims(world: World): readonly [LiveCluster, LiveCluster, LiveCluster] {
  const staging = clustersOf(world, "staging");
  const production = clustersOf(world, "production");
  return [staging[0], production[0], production.at(-1)] as [LiveCluster, LiveCluster, LiveCluster]; // a story has at least one of each
}
