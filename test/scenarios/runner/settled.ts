import { waitUntil } from "../../support/wait-until.ts";
import type { SimulatedAgent } from "../../support/simulated-agent.ts";
import type { TestDatabase } from "../../support/database.ts";

/** Looks at the world so many times in a row: what one part has done another may not have heard of yet. */
const looks = 3;

/** Waits until nothing is due: no work, no intent, no envelope, and every agent has been heard with what it has. */
export async function untilSettled(database: TestDatabase, agents: readonly SimulatedAgent[]): Promise<void> {
  let calm = 0;
  await waitUntil(
    "the fleet has settled",
    async () => {
      calm = (await isSettled(database, agents)) ? calm + 1 : 0;
      return calm >= looks;
    },
    20_000,
  );
}

async function isSettled(database: TestDatabase, agents: readonly SimulatedAgent[]): Promise<boolean> {
  const { rows } = await database.query<{ open: number }>({
    text: `select (select count(*) from work where due_at <= now() + interval '50 milliseconds' or lease_until > now())
                + (select count(*) from intents where state in ('pending', 'writing')) as open`,
  });
  if (Number(rows[0]?.open) > 0) return false;
  const { rows: envelopes } = await database.query<{ cluster_id: string; sequence: number }>({
    text: "select cluster_id, sequence from envelopes where cluster_id = any($1)",
    values: [agents.map(({ cluster }) => cluster)],
  });
  const sequences = new Map(envelopes.map(({ cluster_id, sequence }) => [cluster_id, sequence]));
  return agents.every(({ cluster, heardAt }) => heardAt !== undefined && heardAt === (sequences.get(cluster) ?? heardAt));
}
