import { differences } from "../../../domain/apply/difference.ts";
import { lastManager } from "../../../domain/drift/judge.ts";
import { maxFieldPaths } from "../../../domain/drift/field-paths.ts";
import { type Application, isActive } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { holdObject } from "../schedule/hold-object.ts";
import { observe } from "../watch/observe.ts";
import type { Tracked } from "../tracked.ts";
import { writingOf } from "../write/writing.ts";

const hourMs = 3_600_000;
/** Two requests each: at most eight in a second, however many objects there are. The round then takes longer. */
const shortestPauseMs = 250;
/** With nothing to look at, how long until there may be. */
const longestPauseMs = 60_000;

/**
 * Looks at every object once an hour, one after another and evenly spread over that time, as the API server has it: a dry
 * run tells what applying would change. It finds what no watch event told and what is no field of ours; healing goes the usual way.
 */
export async function runDryRunNet(context: EngineContext): Promise<void> {
  const { applications, clock, random, signal, dryRunEveryMs: everyMs = hourMs } = context;
  while (!signal.aborted) {
    const round = [...applications()].flatMap((application) =>
      Array.from(application.objects.values(), (tracked) => ({ application, tracked })),
    );
    const pauseMs = Math.max(shortestPauseMs, everyMs / Math.max(1, round.length));
    const pause = async (ms: number): Promise<void> => clock.sleep(ms * (0.8 + 0.4 * random()), signal).catch(() => {});
    if (round.length === 0) await pause(Math.min(longestPauseMs, everyMs));
    for (const { application, tracked } of round) {
      await pause(pauseMs);
      if (signal.aborted) return;
      await look(application, tracked, context);
    }
  }
}

/** Two requests for one object, if it is one that should be as git says. A failure leaves it as it is known. */
export function look(application: Application, tracked: Tracked, context: EngineContext): Promise<void> {
  return holdObject(application, tracked, "normal", context, async () => {
    if (!isToBeLookedAt(application, tracked, context)) return;
    try {
      await compare(application, tracked, context);
    } catch (err) {
      if (!context.signal.aborted) context.log.debug({ err, application: application.name }, "an object could not be looked at");
    }
  });
}

const isToBeLookedAt = (application: Application, tracked: Tracked, context: EngineContext): boolean =>
  isActive(application) &&
  application.assignment?.syncPolicy.drift.mode !== "off" &&
  application.objects.get(tracked.key) === tracked &&
  tracked.live.kind === "in-sync" &&
  tracked.applied !== undefined &&
  tracked.applied.desired === tracked.wanted?.desired &&
  !context.isSuspended(tracked);

async function compare(application: Application, tracked: Tracked, context: EngineContext): Promise<void> {
  const { kube, ref, manifest, fieldManager } = writingOf(application, tracked, tracked.wanted!, application.assignment!, context);
  const live = await kube.get(ref, context.signal);
  observe(application, tracked, live ? { kind: "changed", object: live } : { kind: "absent" });
  if (!live || tracked.live.kind !== "in-sync") return;
  const answer = await kube.apply(ref, manifest, { fieldManager, force: true, dryRun: true }, context.signal);
  const fields = differences(live, answer, maxFieldPaths);
  if (fields.length > 0) tracked.live = { kind: "drifted", drift: { kind: "edited", by: lastManager(live, fieldManager), fields } };
}
