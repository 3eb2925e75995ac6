import type { Assignment } from "@drover/proto/wire";
import type { Condition } from "../simulated-agent.ts";

const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };

const crashing: Condition = {
  sync: "Synced",
  health: "Degraded",
  failing: [
    {
      group: "apps",
      kind: "Deployment",
      namespace: "shop",
      name: "checkout",
      container: "api",
      reason: "CrashLoopBackOff",
      message: "back-off 5m0s restarting failed container api: PAY_LATER_URL is not set",
    },
  ],
};

const drifting: Condition = {
  sync: "OutOfSync",
  health: "Healthy",
  failing: [],
  drifted: 2,
  reason: "Drifted",
  message: "2 objects differ from git",
};

/**
 * How applications are on one cluster: checkout's second version fails on the canary of Europe, and once the first versions are
 * everywhere, two clusters drift.
 */
export const conditionOn = (cluster: string, isPlaced: () => boolean) => {
  return ({ application, generation }: Assignment): Condition => {
    if (application === "checkout" && cluster === "eu-west-1" && generation > 1) return crashing;
    if (isPlaced() && application === "web" && (cluster === "us-east-7" || cluster === "ap-south-3")) return drifting;
    return well;
  };
};

const olderKubernetes: ReadonlySet<string> = new Set(["lab-1", "ap-south-1", "ap-south-2", "ap-south-4", "us-east-3"]);
const olderAgents: ReadonlySet<string> = new Set(["ap-south-5", "ap-south-6"]);

export const versionsOn = (cluster: string) => ({
  kubernetesVersion: olderKubernetes.has(cluster) ? "v1.35.8" : "v1.36.3",
  agentVersion: olderAgents.has(cluster) ? "0.0.9" : "0.1.0",
});
