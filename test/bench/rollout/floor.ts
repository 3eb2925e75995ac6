import pg from "pg";
import type { Bench } from "../harness/bench.ts";
import type { Installation } from "../installation/start-installation.ts";
import type { AgentThreads } from "./agent-threads.ts";

/** What no control plane on these servers can beat: from the start, until each agent has its answer and the rows are committed. */
export type Floor = () => Promise<readonly number[]>;

/** A round trip of every agent to nats-server, then one durable upsert of a row for each. */
export async function createFloor({ lifecycle }: Bench, { postgres }: Installation, agents: AgentThreads): Promise<Floor> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  lifecycle.add("connection of the floor", () => client.end());
  await client.query("create table bench_floor (cluster text primary key, seq bigint not null, word text not null)");
  const clusters = Array.from({ length: agents.count }, (_, index) => `c${index}`);
  let seq = 0;
  return async () => {
    const roundTrips = await agents.ping();
    const asked = performance.now();
    seq += 1;
    await client.query({
      name: "floor",
      text: `insert into bench_floor select c, $2, 'Healthy' from unnest($1::text[]) c
             on conflict (cluster) do update set seq = excluded.seq, word = excluded.word`,
      values: [clusters, seq],
    });
    const upsertMs = performance.now() - asked;
    return roundTrips.map((ms) => ms + upsertMs);
  };
}
