import { agentNamespace } from "../clusters/agent-process.ts";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { notYet, right, waitUntil } from "../wait-until.ts";
import { counted, type World } from "../world.ts";
import { patienceMs } from "./clusters-run.ts";
import type { Step } from "./step.ts";

/** Every cluster joins the fleet: its agent proves its key, keeps its identity in its own cluster, and is connected. */
export const enrolAll: Step = {
  name: "enrol every cluster",
  run: async (world) => {
    // One after the other, as each is a commit; the agents then start side by side.
    for (const cluster of world.clusters) world.ids.set(cluster.plan.name, await world.enrol(cluster));
    await Promise.all(world.clusters.map((cluster) => untilEnrolled(world, cluster)));
    return `${counted(world.clusters)} connected, each holding its own identity`;
  },
};

const untilEnrolled = (world: World, cluster: LiveCluster): Promise<void> =>
  waitUntil({
    expected: `${cluster.plan.name} is connected and holds the identity of its agent`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const secrets = await cluster.list(agentNamespace, ["Secret"]);
      if (secrets.length === 0) return notYet("its agent has stored nothing");
      const { state } = await world.api("getCluster", { params: { cluster: cluster.plan.name } });
      return state === "Connected" ? right(undefined) : notYet(`it is ${state}`);
    },
  });
