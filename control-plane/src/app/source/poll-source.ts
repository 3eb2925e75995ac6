import { later, spread, toDroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { Place, SourceRef } from "../../domain/fleet/affected.ts";
import { intentOf } from "../../domain/placement/intent.ts";
import type { Problem } from "../../domain/release/release.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { pollSpread } from "../fleet/follow-fleet.ts";
import type { Git } from "./git.ts";
import type { SourceStore } from "./source-store.ts";
import type { Outcome } from "../work-queue.ts";

export interface PollSourceDeps {
  readonly git: Git;
  readonly fleet: FleetStore;
  readonly sources: SourceStore;
  readonly clock: Clock;
  readonly pollMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A host that does not answer is asked again this soon. */
const retryMs = 30_000;

/** The handler of the queue `source`, whose keys are `<repository> <ref>`: follows the ref, forward only, and looks again after a while. */
export function createSourcePoller(deps: PollSourceDeps): (key: string, signal: AbortSignal) => Promise<Outcome> {
  const { sources, clock, pollMs, random } = deps;
  const recheckAfter = (ms: number): Outcome => ({ kind: "recheck", at: later(clock.now(), spread(ms, pollSpread, random())) });
  return async (key, signal) => {
    const source = parseKey(key);
    const use = await useOf(deps.fleet, source);
    if (use === undefined) {
      await sources.remove(source);
      return { kind: "done" };
    }
    try {
      const found = await follow(deps, source, use.credentialsRef, signal);
      if (found.kind === "problem") await sources.setProblem(source, found.problem, use.places);
      else await advance(deps, source, found.commit);
      return recheckAfter(pollMs);
    } catch (error) {
      const { kind, code, message } = toDroverError(error);
      if (kind === "cancelled" || kind === "internal" || code.startsWith("DATABASE_")) throw error;
      await sources.setProblem(source, { code, message }, use.places);
      return recheckAfter(kind === "unavailable" || kind === "timeout" ? Math.min(retryMs, pollMs) : pollMs);
    }
  };
}

/**
 * The places are read after the head has moved: one that began to track while we fetched was looked at with the old head, and whichever of the
 * two is written last, it is looked at after both.
 */
async function advance({ sources, fleet }: PollSourceDeps, source: SourceRef, commit: string): Promise<void> {
  await sources.advance(source, commit, []);
  const use = await useOf(fleet, source);
  await sources.advance(source, commit, use?.places ?? []);
}

type Found = { readonly kind: "at"; readonly commit: string } | { readonly kind: "problem"; readonly problem: Problem };

async function follow(
  { git, sources }: PollSourceDeps,
  source: SourceRef,
  credentialsRef: string | undefined,
  signal: AbortSignal,
): Promise<Found> {
  const mirror = await git.open({ repository: source.repository, credentialsRef }, signal);
  await mirror.fetch(signal);
  const last = (await sources.load(source))?.commit;
  const commit = await mirror.resolve(source.ref, signal);
  if (commit === undefined) return { kind: "problem", problem: refMissing(source, last) };
  if (last !== undefined && last !== commit && !(await mirror.isAncestor(last, commit, signal)))
    return { kind: "problem", problem: historyRewritten(source, last, commit) };
  if (last !== commit) await mirror.pin(commit, signal);
  return { kind: "at", commit };
}

/** What the ref is followed for. Undefined when no application is read from its repository any more. */
async function useOf(
  fleet: FleetStore,
  { repository, ref }: SourceRef,
): Promise<{ readonly credentialsRef: string | undefined; readonly places: readonly Place[] } | undefined> {
  const [applications, environments] = await Promise.all([fleet.list("Application"), fleet.list("Environment")]);
  const users = applications.filter(({ form }) => form.source.repository === repository);
  const [first] = users;
  if (first === undefined) return undefined;
  const places = users.flatMap((application) =>
    environments
      .filter((environment) => {
        const intent = intentOf(application.name, application.form, environment.form, undefined);
        return intent.kind === "tracked" && intent.ref === ref;
      })
      .map((environment) => ({ application: application.name, environment: environment.name })),
  );
  const tracking = users.find(({ name }) => places.some(({ application }) => application === name)) ?? first;
  return { credentialsRef: tracking.form.source.credentialsRef, places };
}

function parseKey(key: string): SourceRef {
  const [repository = "", ref = ""] = key.split(" ");
  return { repository, ref };
}

const refMissing = ({ repository, ref }: SourceRef, last: string | undefined): Problem => ({
  code: "SOURCE_REF_MISSING",
  message: `follow ${ref} of ${repository}: there is no such branch or tag; ${last === undefined ? "push it, or correct source.ref" : `${last} stays in force`}`,
  details: { ref },
});

const historyRewritten = ({ repository, ref }: SourceRef, last: string, head: string): Problem => ({
  code: "SOURCE_HISTORY_REWRITTEN",
  message: `follow ${ref} of ${repository}: it moved to ${head}, which does not contain ${last}; ${last} stays in force. Push a branch that contains it, or promote "head" to take the new history`,
  details: { last, head },
});
