import type { Clock } from "@drover/kit/node";
import { filesToRead, projectCommit } from "../../domain/fleet/project-commit.ts";
import type { GitCommit, NewCommit } from "../source/git.ts";
import { draftCommits } from "./draft-commits.ts";
import type { FleetDraft } from "./draft-fleet.ts";
import type { Intent, IntentStore } from "./intent-store.ts";
import { openProjectedDraft, type ProjectedDraftDeps } from "./open-projected-draft.ts";
import { projectionOf } from "./projection-of.ts";
import type { ProjectionStore } from "./projection-store.ts";
import { thrownAs } from "./write-intents.ts";

interface RehearseIntentsDeps extends ProjectedDraftDeps {
  /** Of the stage, as the projection is. */
  readonly intents: IntentStore;
  readonly projection: ProjectionStore;
  readonly author: string;
  readonly clock: Clock;
}

/** Reading a large fleet from its mirror, and at worst one fetch. */
const draftMs = 15_000;

/**
 * The intents of a rehearsal. No writer sees what is added here, so it is carried out at once: the commit that the writer would make is drafted,
 * judged and projected, and never written. What the request reads afterwards is the fleet as it would be.
 */
export const rehearsedIntents = (deps: RehearseIntentsDeps): IntentStore => ({
  ...deps.intents,
  async add(intent, caller) {
    // All of git before the first row: nobody waits for a lock of a rehearsal that waits for a disk.
    const { head, draft } = await openProjectedDraft(deps, AbortSignal.timeout(draftMs));
    const drafted = await draftOf(draft, intent, deps.author);
    const projection = drafted && (await projectionOfDraft(draft, { ...drafted, head, at: deps.clock.now() }));
    await deps.intents.add(intent, caller);
    if (projection === undefined) await deps.intents.settleFulfilled(intent.id, head);
    else await deps.projection.commit(head, projection);
  },
});

/** Undefined when there is nothing to change. Throws what would make the intent void. */
async function draftOf(draft: FleetDraft, intent: Intent, author: string): Promise<NewCommit | undefined> {
  const { commits, failed } = await draftCommits(draft, [intent], author);
  if (failed[0] !== undefined) throw thrownAs(failed[0].error);
  return commits[0];
}

/** A commit that is never made has no name. */
const unmade = "0".repeat(40);

async function projectionOfDraft(
  draft: FleetDraft,
  { message, author, head, at }: NewCommit & { head: string; at: GitCommit["committedAt"] },
) {
  const [{ projected, texts }, listing] = [await draft.around(), draft.listing()];
  const read = filesToRead(projected, listing).flatMap((path) => {
    const text = texts.get(path);
    return text === undefined ? [] : [[path, text] as const];
  });
  const commit: GitCommit = { id: unmade, tree: unmade, parents: [head], author, message, committedAt: at };
  return projectionOf(projected, commit, projectCommit(projected, listing, new Map(read)));
}
