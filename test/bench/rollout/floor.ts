import pg from "pg";
import type { Bench } from "../harness/bench.ts";
import type { Installation } from "../installation/start-installation.ts";
import type { SimulatedAgent } from "./simulated-agent.ts";

/** What no control plane on these servers can beat: from the start, until each agent has its answer and the rows are committed. */
export type Floor = () => Promise<readonly number[]>;

/** A round trip of every agent to nats-server, then one durable upsert of a row for each. */
export async function createFloor({ lifecycle }: Bench, { postgres }: Installation, agents: readonly SimulatedAgent[]): Promise<Floor> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  lifecycle.add("connection of the floor", () => client.end());
  const clusters = agents.map(({ cluster }) => cluster);
  await client.query("create table bench_floor (cluster text primary key, seq bigint not null, word text not null)");
  let seq = 0;
  return async () => {
    const start = performance.now();
    const roundTrips = await Promise.all(
      agents.map(async (agent) => {
        await agent.ping();
        return performance.now() - start;
      }),
    );
    const asked = performance.now();
    seq += 1;
    await client.query({
      name: "floor",
      text: `insert into bench_floor select c, $2, 'Healthy' from unnest($1::text[]) c
             on conflict (cluster) do update set seq = excluded.seq, word = excluded.word`,
      values: [clusters, seq],
    });
    const upsert = performance.now() - asked;
    return roundTrips.map((ms) => ms + upsert);
  };
}
