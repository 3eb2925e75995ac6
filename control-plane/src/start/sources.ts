import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { systemClock, type Lifecycle, type Log } from "@drover/kit/node";
import { locate } from "@drover/tools";
import { createGit } from "../adapters/git/git.ts";
import { ensureLocalRepository } from "../adapters/git/local-repository.ts";
import { createSourceFiles } from "../adapters/git/source-files.ts";
import type { CallOptions } from "../adapters/http/call-checked.ts";
import { createCompletedRevisions } from "../adapters/pg/rollout/completed-revisions.ts";
import type { Database } from "../adapters/pg/database.ts";
import { createFleetStore } from "../adapters/pg/fleet/fleet-store.ts";
import { createIntentStore } from "../adapters/pg/fleet/intents.ts";
import { createProjectionStore } from "../adapters/pg/fleet/projection-store.ts";
import { createQuarantineStore } from "../adapters/pg/rollback/quarantine-commits.ts";
import { createQuarantines } from "../adapters/pg/rollback/quarantines.ts";
import { createReleaseStore, createRenderStore } from "../adapters/pg/release/releases.ts";
import { createSourceStore } from "../adapters/pg/fleet/sources.ts";
import { createRenderer } from "../adapters/render/renderer.ts";
import { createQuarantineCommitter } from "../app/rollback/commit-quarantine.ts";
import { createReleases } from "../app/release/create-releases.ts";
import { createPreviewReleases } from "../app/release/preview-releases.ts";
import { recentFiles } from "../app/source/recent-files.ts";
import { createFleetFollower } from "../app/fleet/follow-fleet.ts";
import { createSourcePoller } from "../app/source/poll-source.ts";
import { createPreviewObjectEdit } from "../app/fleet/preview-object-edit.ts";
import { createFleetProjector, type FleetRepository } from "../app/fleet/project-fleet.ts";
import type { IntentStore } from "../app/fleet/intent-store.ts";
import { rehearsedIntents } from "../app/fleet/rehearse-intents.ts";
import { createIntentWriter } from "../app/fleet/write-intents.ts";
import type { Config } from "../config.ts";
import { places } from "./installation.ts";

/** Nobody tells us of a push into a folder, and looking into it costs a few milliseconds. */
const localPollMs = 2_000;
const author = "Drover <drover@localhost>";

/** Repositories, and what is made of them: the fleet's projection, intents' commits, releases and bundles. */
export async function openSources(config: Config, database: Database, lifecycle: Lifecycle, log: Log) {
  const clock = systemClock;
  const local = config.fleetRepository === undefined ? places(config).fleet : undefined;
  if (local !== undefined) await ensureLocalRepository(local, config.fleetRef, clock.now());
  const repository: FleetRepository = {
    repository: config.fleetRepository ?? (local as string),
    branch: config.fleetRef,
    credentialsRef: config.fleetCredentialsRef,
  };
  const calls: CallOptions = {
    egress: { allow: config.egressAllow, privateRanges: config.egressPrivate === "allow" ? "allowed" : "refused" },
    credentialsDir: resolve(config.credentialsDir),
  };
  const git = createGit({
    ...calls,
    localRepository: local,
    dataDir: resolve(config.dataDir),
    clock,
  });
  const renderer = createRenderer({ kustomize: () => locate("kustomize") });
  if (config.roles.has("planner")) renderer.warm();
  lifecycle.add("renderer", async () => renderer.close());

  const fleet = createFleetStore(database);
  const quarantines = createQuarantines(database);
  const sources = createSourceStore(database);
  const sourceFiles = createSourceFiles(git);
  const intents = createIntentStore(database);
  const projection = createProjectionStore(database);
  const projector = createFleetProjector({ git, store: projection, fleet: repository, log });
  const releases = createReleases({
    releases: createReleaseStore(database),
    renders: createRenderStore(database),
    sources: sourceFiles,
    renderer,
  });
  const polling = { clock, pollMs: config.sourcePollMs, random: Math.random };
  const submittingOn = (on: Database, itsIntents: IntentStore) => ({
    fleet: createFleetStore(on),
    quarantines: createQuarantines(on),
    sources: createSourceStore(on),
    sourceFiles,
    intents: itsIntents,
    clock,
    completed: createCompletedRevisions(on),
    newId: () => randomUUID(),
  });
  const submitting = submittingOn(database, intents);
  return {
    repository,
    /** How what fleet files name may be called. */
    calls,
    fleet,
    quarantines,
    sources,
    releases,
    previewReleases: () => createPreviewReleases({ releases, renderer, sources: recentFiles(sourceFiles) }),
    previewObjectEdit: createPreviewObjectEdit({ git, projection, repository }),
    /** What promotions, rollbacks and new clusters are made with. */
    submitting,
    /** The same on a stage, where nothing reaches a repository. */
    submittingOnStage: (stage: Database) =>
      submittingOn(
        stage,
        rehearsedIntents({ git, repository, author, clock, intents: createIntentStore(stage), projection: createProjectionStore(stage) }),
      ),
    handlers: {
      quarantine: createQuarantineCommitter({ ...submitting, store: createQuarantineStore(database) }),
      fleet: createFleetFollower({ projector, ...polling, ...(local === undefined ? {} : { pollMs: localPollMs }) }),
      write: createIntentWriter({ git, intents, projector, projection, fleet: repository, author, clock, log }),
      source: createSourcePoller({ git, fleet, sources, ...polling }),
    },
  };
}

export type Sources = Awaited<ReturnType<typeof openSources>>;
