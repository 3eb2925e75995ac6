import type { DriftEpisode } from "@drover/proto/wire";
import { continueEpisode, describeDrift, type Episode, openEpisode, reportEpisode } from "../../../domain/drift/episode.ts";
import type { Drift } from "../../../domain/drift/judge.ts";
import { nameOf } from "../../../domain/manifest.ts";
import type { NewEvent } from "../../agent-events.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import type { Tracked } from "../tracked.ts";

/** An episode that is not over, and what has been said of it. */
export interface OpenEpisode {
  readonly episode: Episode;
  /** What the object was when it began: an apply of ours in between has ended it. */
  readonly appliedVersion: string | undefined;
  /** The episode as it was last told. */
  readonly told: Episode | undefined;
  readonly toldFailure: string | undefined;
}

/** The object differs: an episode begins, or goes on. */
export function noteDrift(tracked: Tracked, drift: Drift, { clock }: EngineContext): void {
  const open = tracked.episode;
  tracked.episode = open
    ? { ...open, episode: continueEpisode(open.episode, drift) }
    : {
        episode: openEpisode(drift, clock.now()),
        appliedVersion: tracked.applied?.resourceVersion,
        told: undefined,
        toldFailure: undefined,
      };
}

/** What looked like a deletion, because the object's label was taken off, was an edit. */
export function correctEpisode(tracked: Tracked, drift: Drift): void {
  const open = tracked.episode;
  if (open?.episode.kind === "deleted") tracked.episode = { ...open, episode: { ...drift, startedAt: open.episode.startedAt } };
}

/** Drift that is not put right at once is told once, and again when it becomes more. */
export function tellDrift(application: Application, tracked: Tracked, context: EngineContext): void {
  const open = tracked.episode;
  if (!open || open.told === open.episode) return;
  tracked.episode = { ...open, told: open.episode };
  context.inventoryChanged(application); // a new process ends this episode and not another one
  record("DriftFound", application, tracked, describeDrift(open.episode), reportEpisode(tracked.id, open.episode, "Reported"), context);
}

export function tellFight(application: Application, tracked: Tracked, message: string, context: EngineContext): void {
  if (!tracked.episode) return;
  const { episode } = tracked.episode;
  record("DriftFight", application, tracked, message, reportEpisode(tracked.id, episode, "Reported"), context);
}

/** Told once for each reason: the attempts go on. */
export function tellFailure(application: Application, tracked: Tracked, message: string, context: EngineContext): void {
  const open = tracked.episode;
  if (!open || open.toldFailure === message) return;
  tracked.episode = { ...open, told: open.episode, toldFailure: message };
  record("HealFailed", application, tracked, message, reportEpisode(tracked.id, open.episode, "Failed"), context);
}

/** The object is right again. That we wrote it since, by healing or with a new bundle, tells who did it. */
export function endEpisode(application: Application, tracked: Tracked, context: EngineContext): void {
  if (!tracked.episode) return;
  const { episode, appliedVersion } = tracked.episode;
  tracked.episode = undefined;
  const isOurs = tracked.applied?.resourceVersion !== appliedVersion;
  const ended = reportEpisode(tracked.id, episode, isOurs ? "Healed" : "Ended", context.clock.now());
  const message = isOurs ? describeDrift(episode) : `${describeDrift(episode)}, and it is right again without us`;
  record(isOurs ? "DriftHealed" : "DriftEnded", application, tracked, message, ended, context);
  context.inventoryChanged(application);
}

function record(
  kind: NewEvent["kind"],
  { name }: Application,
  { id }: Tracked,
  message: string,
  drift: DriftEpisode,
  { events }: EngineContext,
): void {
  events.record({ kind, application: name, object: nameOf(id), message, drift });
}
