import { application } from "../git/fleet-repository.ts";
import { v1, v2, v3 } from "../git/web-application.ts";
import { clustersOf, counted, type World } from "../world.ts";
import { notYet, right, unmet, waitUntil } from "../wait-until.ts";
import { patienceMs, untilAllRun } from "./clusters-run.ts";
import { untilCommitted, untilRollout } from "./drover-says.ts";
import { commitOf } from "./push.ts";
import type { Step } from "./step.ts";

export const pinStaging: Step = {
  name: "find staging's pin and v3's quarantine in git",
  run: async (world) => {
    const [revision, bad] = [commitOf(world, v2), commitOf(world, v3)];
    await untilQuarantined(world, bad);
    const { pin } = await world.api("getPlacement", { params: { environment: "staging", application } });
    if (pin?.revision !== revision) throw unmet("the pin of staging holds v2", `it holds ${pin?.revision ?? "nothing"}`);
    return `Drover committed both: v2 is held by a pin though the branch is at v3, and nobody can promote v3 before its quarantine is lifted`;
  },
};

const untilQuarantined = (world: World, revision: string): Promise<void> =>
  waitUntil({
    expected: `git quarantines ${revision.slice(0, 8)}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { items } = await world.api("listQuarantines", { query: { application } });
      const isThere = items.some((one) => one.revision === revision && one.state === "Committed");
      return isThere ? right(undefined) : notYet(JSON.stringify(items));
    },
  });

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
