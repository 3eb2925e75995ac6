import type { RefreshAnswer } from "@drover/proto/wire";
import { recheck } from "../engine/recheck.ts";
import { reportOf } from "../engine/application.ts";
import type { Asked } from "./asked.ts";

/** A person waits for the answer; what takes longer is told by the reports that follow. */
const answeredWithinMs = 20_000;

/** Looks at every object anew, tries again what failed, and answers with how it stands then. */
export async function refreshAnswer(asked: Asked, rerun: (signal: AbortSignal) => Promise<void>): Promise<RefreshAnswer> {
  const { application, context } = asked;
  const patience = AbortSignal.any([asked.signal, AbortSignal.timeout(answeredWithinMs)]);
  await unlessOver(
    (async () => {
      await recheck(application, () => true, context, asked.requests, patience);
      await rerun(patience);
    })(),
    patience,
  );
  const { sync, health, reason, message } = reportOf(application, context.clock.now());
  return {
    application: application.name,
    sync,
    health,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Being out of patience is no failure: the answer then says how far it is. */
async function unlessOver(work: Promise<void>, patience: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!patience.aborted) throw thrown;
  }
}
