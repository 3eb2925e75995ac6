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
  const { rows: clusters } = await database.query<{ id: string; sequence: number | null; enrolled: boolean }>({
    text: `select c.id, c.state = 'Enrolled' as enrolled, e.sequence from clusters c left join envelopes e on e.cluster_id = c.id
            where c.id = any($1)`,
    values: [agents.map(({ cluster }) => cluster)],
  });
  // Who was revoked is heard no more.
  return clusters
    .filter(({ enrolled }) => enrolled)
    .every(({ id, sequence }) => {
      const heardAt = agents.find(({ cluster }) => cluster === id)?.heardAt;
      return heardAt !== undefined && heardAt === (sequence ?? heardAt);
    });
}
