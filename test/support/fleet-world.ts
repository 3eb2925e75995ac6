import { createLog, systemClock } from "@drover/kit/node";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import { createFleetStore } from "../../control-plane/src/adapters/pg/fleet-store.ts";
import { createIntentStore } from "../../control-plane/src/adapters/pg/intents.ts";
import { createProjectionStore } from "../../control-plane/src/adapters/pg/projection-store.ts";
import type { Caller } from "../../control-plane/src/app/caller.ts";
import { createFleetProjector } from "../../control-plane/src/app/project-fleet.ts";
import { createIntentWriter } from "../../control-plane/src/app/write-intents.ts";
import { testDatabase } from "./database.ts";
import { testGit, type WorkTree } from "./git-work-tree.ts";

export const caller: Caller = { actor: "users/ada", role: "operator", requestId: "req-1", traceparent: undefined };

/** A database, a git host with an empty fleet repository, and the parts of the control plane that stand between them. */
export async function fleetWorld() {
  const [database, git] = [await testDatabase(), await testGit()];
  const fleetTree: WorkTree = await git.clone("fleet");
  const options = {
    dataDir: git.dataDir,
    credentialsDir: git.credentialsDir,
    localRepository: undefined,
    egress: { allow: [git.address], privateRanges: "allowed" },
    clock: systemClock,
  } as const;
  const fleet = { repository: git.host.cloneUrl("fleet"), credentialsRef: "git-host", branch: "main" };
  const common = { git: createGit(options), fleet, clock: systemClock, log: createLog("test", "silent") };
  const intents = createIntentStore(database);
  const projector = createFleetProjector({ ...common, store: createProjectionStore(database) });
  return {
    database,
    host: git.host,
    clone: git.clone,
    fleetTree,
    fleet: createFleetStore(database),
    projection: createProjectionStore(database),
    git: common.git,
    fleetRepository: fleet,
    intents,
    projector,
    /** Another replica's projector, with mirrors of its own. */
    otherProjector: createFleetProjector({
      ...common,
      git: createGit({ ...options, dataDir: `${git.dataDir}-other` }),
      store: createProjectionStore(database),
    }),
    writer: createIntentWriter({ ...common, intents, projector, author: "Drover <drover@localhost>" }),
  };
}

export type FleetWorld = Awaited<ReturnType<typeof fleetWorld>>;

/** The keys that somebody asked to look at. */
export async function asked(world: FleetWorld, queue: string): Promise<readonly string[]> {
  const { rows } = await world.database.query<{ key: string }>({
    text: "select key from work where queue = $1 order by key",
    values: [queue],
  });
  return rows.map(({ key }) => key);
}

/** Forgets what was asked for, to see what is asked next. */
export const forgetAsked = (world: FleetWorld): Promise<unknown> => world.database.query({ text: "delete from work" });
