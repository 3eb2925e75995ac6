import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Bench } from "../harness/bench.ts";

export type IngestOrder =
  | { readonly kind: "flood"; readonly reports: number; readonly changed: number; readonly outstanding: number }
  | { readonly kind: "pace"; readonly perSecond: number; readonly changed: number; readonly seconds: number }
  | { readonly kind: "stop" };

export interface IngestAnswer {
  readonly seconds: number;
  /** Processor time of the process, without the signatures of its agents. */
  readonly cpuMicros: number;
  /** Milliseconds from publishing a report, or from when it was due, to the answer that follows its commit. */
  readonly latencies: readonly number[];
  readonly refused: number;
}

export interface IngestProcess {
  readonly pid: number;
  readonly flood: (order: Omit<Extract<IngestOrder, { kind: "flood" }>, "kind">) => Promise<IngestAnswer>;
  readonly during: <T>(
    order: Omit<Extract<IngestOrder, { kind: "pace" }>, "kind">,
    work: () => Promise<T>,
  ) => Promise<readonly [T, IngestAnswer]>;
}

export async function startIngest({ lifecycle, signal }: Bench, env: Readonly<Record<string, string>>): Promise<IngestProcess> {
  const child = fork(fileURLToPath(new URL("ingest-process.ts", import.meta.url)), { env: { ...process.env, ...env } });
  lifecycle.add("ingest", async () => void child.kill());
  await once(child, "message", { signal });
  const answer = async (): Promise<IngestAnswer> => ((await once(child, "message", { signal })) as [IngestAnswer])[0];
  return {
    pid: child.pid as number,
    flood: (order) => {
      child.send({ kind: "flood", ...order } satisfies IngestOrder);
      return answer();
    },
    during: async (order, work) => {
      child.send({ kind: "pace", ...order } satisfies IngestOrder);
      await once(child, "message", { signal });
      const done = await work();
      const answered = answer();
      child.send({ kind: "stop" } satisfies IngestOrder);
      return [done, await answered];
    },
  };
}
