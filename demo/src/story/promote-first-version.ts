import { application } from "../git/fleet-repository.ts";
import { namespace, v1 } from "../git/web-application.ts";
import { observedKinds } from "../observe.ts";
import { unmet } from "../wait-until.ts";
import { clustersOf, counted } from "../world.ts";
import { untilAllRun } from "./clusters-run.ts";
import { untilRollout } from "./drover-says.ts";
import { commitOf, pushVersion } from "./push.ts";
import type { Step } from "./step.ts";
import { watchWaves } from "./watch-waves.ts";

export const promoteToStaging: Step = {
  name: "push v1, promote it to staging",
  run: async (world) => {
    const revision = await pushVersion(world, v1, "First version");
    const reason = "first version";
    await world.api("createPromotion", { body: { application, environment: "staging", revision, reason } });
    const staging = clustersOf(world, "staging");
    await untilAllRun(world, staging, v1);
    for (const { plan, list } of clustersOf(world, "production"))
      if ((await list(namespace, observedKinds)).length > 0) throw unmet(`nothing has reached ${plan.name}`, "objects of the application");
    return `v1 runs in ${counted(staging)}, production untouched`;
  },
};

export const promoteToProduction: Step = {
  name: "promote v1 to production",
  run: async (world) => {
    const revision = commitOf(world, v1);
    await untilRollout(world, "staging", revision, "Completed"); // production takes only what has completed there
    await world.api("createPromotion", { body: { application, environment: "production", revision, reason: "good in staging" } });
    const production = clustersOf(world, "production");
    const order = await watchWaves(world, production, v1);
    return `v1 runs in ${counted(production)}, waves seen in order: ${order}`;
  },
};
