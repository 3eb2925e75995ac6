import type { RefreshAnswer } from "@drover/proto/wire";
import { look } from "../engine/drift/dry-run-net.ts";
import { recheck } from "../engine/watch/recheck.ts";
import { reportOf } from "../engine/application.ts";
import type { Asked } from "./asked.ts";

/** A person waits for the answer; what takes longer is told by the reports that follow. */
const answeredWithinMs = 20_000;

/** Looks at every object anew, by a dry run too, tries again what failed, and answers with how it stands then. */
export async function refreshAnswer(asked: Asked, rerun: (signal: AbortSignal) => Promise<void>): Promise<RefreshAnswer> {
  const { application, context } = asked;
  const patience = AbortSignal.any([asked.signal, AbortSignal.timeout(answeredWithinMs)]);
  await unlessOver(compareAndSync(asked, rerun, patience), patience);
  const { sync, health, reason, message } = reportOf(application, context.clock.now());
  return {
    application: application.name,
    sync,
    health,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

async function compareAndSync(
  { application, context, requests }: Asked,
  rerun: (signal: AbortSignal) => Promise<void>,
  patience: AbortSignal,
): Promise<void> {
  await recheck(application, () => true, context, requests, patience);
  const looks = Array.from(application.objects.values(), (tracked) =>
    requests.run(tracked.key, async () => (patience.aborted ? undefined : look(application, tracked, context))),
  );
  await Promise.all(looks);
  patience.throwIfAborted();
  await rerun(patience);
}

/** Being out of patience is no failure: the answer then says how far it is. */
async function unlessOver(work: Promise<void>, patience: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!patience.aborted) throw thrown;
  }
}
