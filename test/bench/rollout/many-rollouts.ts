import { notYet, right, waitUntil } from "@drover/demo";
import type { Installation } from "../installation/start-installation.ts";
import { many, pinMany, repository } from "./fleet-files.ts";

const deadlineMs = 120_000;

/** From the push of one commit that pins a hundred applications until all of their rollouts are Completed, in milliseconds. */
export async function rollOutMany({ api, fleet }: Installation, revision: string, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const changeId = await fleet.push(`Pin all of ${repository}`, pinMany(revision));
  await waitUntil({
    expected: `${many.length} rollouts of ${changeId} are Completed`,
    withinMs: deadlineMs,
    signal,
    look: async () => {
      const { items } = await api("listRollouts", { query: { changeId, pageSize: 200 } });
      const done = items.filter(({ phase, revision: of }) => phase === "Completed" && of === revision).length;
      return done === many.length ? right(done) : notYet(`${done} of ${items.length} are Completed`);
    },
  });
  return performance.now() - start;
}
