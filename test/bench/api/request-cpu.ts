import { cpuMicros, cpuMicrosWithChildren } from "../harness/process-cpu.ts";
import type { Measurement } from "../harness/row.ts";

const requests = 300;
/** 500 requests in a second are to leave half of two cores to what comes in. */
const targetMicros = 1_800;

/** Processor time of one request, in the REST server and in PostgreSQL's backends: it says the same on a machine that is not quiet. */
export interface RequestCpu {
  readonly server: number;
  readonly postgres: number;
}

export async function measureRequestCpu(
  pids: { readonly server: number; readonly postgres: number },
  request: (turn: number) => Promise<void>,
): Promise<RequestCpu> {
  const spent = async (): Promise<RequestCpu> => ({
    server: await cpuMicros(pids.server),
    postgres: await cpuMicrosWithChildren(pids.postgres),
  });
  const before = await spent();
  for (let turn = 0; turn < requests; turn += 1) await request(turn);
  const after = await spent();
  return { server: (after.server - before.server) / requests, postgres: (after.postgres - before.postgres) / requests };
}

export const cpuRows = (id: string, { server, postgres }: RequestCpu): readonly Measurement[] => [
  { id: `${id}-cpu`, name: "of each, processor time of the REST server", n: requests, unit: "µs", value: server },
  { id: `${id}-sql`, name: "and of PostgreSQL", n: requests, unit: "µs", value: postgres },
];

export const meanCpu = (all: readonly RequestCpu[]): Measurement => ({
  id: "f-cpu",
  name: "processor time of a request, both together, mean of all questions",
  n: all.length * requests,
  unit: "µs",
  value: all.reduce((sum, { server, postgres }) => sum + server + postgres, 0) / all.length,
  target: { value: targetMicros },
});
