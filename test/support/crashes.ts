import { readFile } from "node:fs/promises";
import type { Failpoint } from "../../control-plane/src/app/failpoint.ts";
import type { Replica, TestControlPlane } from "./control-plane.ts";
import { waitUntil } from "./wait-until.ts";

/** Where a process is to be killed: a point's first passage, or a later one. */
export interface Death {
  readonly point: Failpoint;
  readonly passage?: number;
}

export const hasDied = ({ process }: Replica): boolean => process.hasEnded() !== undefined;

/** Starts a process that lives until it passes the point, whatever it does meanwhile. Throws when it does not die of that. */
export async function dieAt(
  world: TestControlPlane,
  { point, passage = 1 }: Death,
  live: (doomed: Replica) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const doomed = await startDoomed(world, { ...env, DROVER_FAILPOINT: `${point}:${passage}` }, point);
  if (doomed !== undefined) {
    await live(doomed);
    const log = await readFile(doomed.logFile, "utf8");
    if (!log.includes(killedAt(point))) throw new Error(`${point} was not passed`);
  }
  // Time passes: what the dead process had claimed is free again.
  await world.database.query({ text: "update work set lease_until = '-infinity' where lease_until > now()" });
  await world.database.query({ text: "update envelopes set lease_until = '-infinity' where lease_until > now()" });
}

/** Undefined when it died before it could serve. */
async function startDoomed(world: TestControlPlane, env: Readonly<Record<string, string>>, point: Failpoint): Promise<Replica | undefined> {
  try {
    return await world.start(env);
  } catch (error) {
    if (String(error).includes(killedAt(point))) return undefined;
    throw error;
  }
}

const killedAt = (point: Failpoint): string => `killed at failpoint ${point}`;

/** Promotes to production, and waits for what is to come of it or the process's death. Whoever is not answered asks again, as a client would. */
export async function promoteOrDie(replica: Replica, revision: string, isDone: () => Promise<boolean>): Promise<void> {
  const body = { application: "web", environment: "production", revision, reason: "test" };
  const ask = async (): Promise<boolean> =>
    hasDied(replica) || (await isDone()) || (await replica.client()("createPromotion", { body })) !== undefined;
  await waitUntil("the promotion is answered", ask, 20_000);
  await waitUntil("what it began has ended", async () => hasDied(replica) || isDone(), 30_000);
}
