import { randomBytes, randomUUID } from "node:crypto";
import { createLog, systemClock } from "@drover/kit/node";
import { createSourceFiles } from "../../control-plane/src/adapters/git/source-files.ts";
import { createCompletedRevisions } from "../../control-plane/src/adapters/pg/rollout/completed-revisions.ts";
import { createQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantines.ts";
import { createSourceStore } from "../../control-plane/src/adapters/pg/fleet/sources.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { createAddCluster, createRelabelCluster } from "../../control-plane/src/app/cluster/add-cluster.ts";
import { createSourcePoller } from "../../control-plane/src/app/source/poll-source.ts";
import { createPromote } from "../../control-plane/src/app/promotion/promote.ts";
import { createReceivePush } from "../../control-plane/src/app/source/receive-push.ts";
import { createRollback } from "../../control-plane/src/app/rollback/rollback.ts";
import { createGit } from "../../control-plane/src/adapters/git/git.ts";
import { createFleetStore } from "../../control-plane/src/adapters/pg/fleet/fleet-store.ts";
import { createIntentStore } from "../../control-plane/src/adapters/pg/fleet/intents.ts";
import { createProjectionStore } from "../../control-plane/src/adapters/pg/fleet/projection-store.ts";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import type { FleetStore } from "../../control-plane/src/app/fleet/fleet-store.ts";
import type { Git } from "../../control-plane/src/app/source/git.ts";
import type { IntentStore } from "../../control-plane/src/app/fleet/intent-store.ts";
import { createFleetProjector, type FleetProjector, type FleetRepository } from "../../control-plane/src/app/fleet/project-fleet.ts";
import type { ProjectionStore } from "../../control-plane/src/app/fleet/projection-store.ts";
import type { SourceFiles } from "../../control-plane/src/app/source/source-files.ts";
import type { SourceStore } from "../../control-plane/src/app/source/source-store.ts";
import type { Outcome } from "../../control-plane/src/app/work-queue.ts";
import { createIntentWriter } from "../../control-plane/src/app/fleet/write-intents.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { testGit, type TestGit, type WorkTree } from "./git-work-tree.ts";

export const caller: Caller = { actor: "users/ada", role: "operator", requestId: "req-1", traceparent: undefined };

type Handler = (key: string, signal: AbortSignal) => Promise<Outcome>;

export interface FleetWorld {
  readonly database: TestDatabase;
  readonly host: TestGit["host"];
  readonly clone: TestGit["clone"];
  readonly fleetTree: WorkTree;
  readonly git: Git;
  readonly fleet: FleetStore;
  readonly projection: ProjectionStore;
  readonly intents: IntentStore;
  readonly sources: SourceStore;
  readonly sourceFiles: SourceFiles;
  readonly repository: FleetRepository;
  readonly projector: FleetProjector;
  readonly projectorOf: (repository: FleetRepository) => FleetProjector;
  /** Another replica's projector, with mirrors of its own. */
  readonly otherProjector: FleetProjector;
  readonly writer: Handler;
  /** A writer whose git does something else at some point. */
  readonly writerWith: (git: Git) => Handler;
  readonly pollSource: Handler;
  readonly promote: ReturnType<typeof createPromote>;
  readonly rollback: ReturnType<typeof createRollback>;
  readonly addCluster: ReturnType<typeof createAddCluster>;
  readonly relabelCluster: ReturnType<typeof createRelabelCluster>;
  readonly receivePush: ReturnType<typeof createReceivePush>;
}

/** A database, a git host with an empty fleet repository, and the parts of the control plane that stand between them. */
export async function fleetWorld(): Promise<FleetWorld> {
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
  const fleetStore = createFleetStore(database);
  const sources = createSourceStore(database);
  const sourceFiles = createSourceFiles(common.git);
  const commands = {
    ...common,
    fleet: fleetStore,
    quarantines: createQuarantines(database),
    sources,
    sourceFiles,
    intents,
    completed: createCompletedRevisions(database),
    newId: randomUUID,
    randomBytes: () => randomBytes(16),
  };
  const projectorOf = (repository: FleetRepository) =>
    createFleetProjector({ ...common, fleet: repository, store: createProjectionStore(database) });
  const projector = projectorOf(fleet);
  const writerWith = (seen: Git) =>
    createIntentWriter({
      ...common,
      git: seen,
      intents,
      projector,
      projection: createProjectionStore(database),
      author: "Drover <drover@localhost>",
    });
  return {
    database,
    host: git.host,
    clone: git.clone,
    fleetTree,
    fleet: fleetStore,
    sources,
    sourceFiles,
    promote: createPromote(commands),
    rollback: createRollback(commands),
    addCluster: createAddCluster(commands),
    relabelCluster: createRelabelCluster(commands),
    pollSource: createSourcePoller({ ...commands, pollMs: 180_000, random: () => 0.5 }),
    receivePush: createReceivePush({ sources, work: createWorkQueue(database), fleet }),
    projection: createProjectionStore(database),
    git: common.git,
    intents,
    projector,
    repository: fleet,
    projectorOf,
    otherProjector: createFleetProjector({
      ...common,
      git: createGit({ ...options, dataDir: `${git.dataDir}-other` }),
      store: createProjectionStore(database),
    }),
    writer: writerWith(common.git),
    writerWith,
  };
}

/** A rollout of the revision over the environment has completed. */
export async function completeRollout({ database }: FleetWorld, application: string, environment: string, revision: string): Promise<void> {
  const id = randomUUID();
  await database.query({
    text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
           select $1, $2, 1 + count(*), $3, 'none', '{}', 'Ada', 'change', now() from releases where application = $2
           on conflict do nothing`,
    values: [id, application, revision],
  });
  await database.query({
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason, finished_at)
           select $1, $2, $3, 'Environment', $1, r.id, $4, 'Completed', '{}', 'users/ada', '', clock_timestamp()
             from releases r where r.application = $2 and r.revision = $4`,
    values: [id, application, environment, revision],
  });
}

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
