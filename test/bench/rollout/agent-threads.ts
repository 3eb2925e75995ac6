import { Worker } from "node:worker_threads";
import { withDeadline } from "@drover/kit/node";
import type { Reply, Request } from "./agents-thread.ts";
import type { Entry } from "./simulated-agent.ts";

/** Simulated agents on as many threads as the machine has cores to spare them: each real one has a machine of its own. */
export interface AgentThreads {
  readonly count: number;
  enrol(entry: Entry): Promise<void>;
  /** Begins to wait now, before what causes it: resolves with the time of each agent's first acknowledgement of the revision. */
  acknowledged(revision: string): Promise<readonly number[]>;
  ping(): Promise<readonly number[]>;
  close(): Promise<void>;
}

const deadlineMs = 60_000;

export function startAgentThreads(threads: number, count: number): AgentThreads {
  const workers = Array.from({ length: threads }, () => startThread());
  let enrolled = 0;
  return {
    count,
    enrol: async (entry) => void (await (workers[enrolled++ % threads] as Thread).ask({ kind: "enrol", entry }, "enrolled")),
    acknowledged: async (revision) =>
      (await Promise.all(workers.map((thread) => thread.ask({ kind: "await", revision }, "acknowledged")))).flatMap(({ at }) => at),
    ping: async () => (await Promise.all(workers.map((thread) => thread.ask({ kind: "ping" }, "pinged")))).flatMap(({ ms }) => ms),
    close: async () => void (await Promise.all(workers.map((thread) => thread.close()))),
  };
}

interface Thread {
  ask<Kind extends Reply["kind"]>(request: Request, kind: Kind): Promise<Extract<Reply, { readonly kind: Kind }>>;
  close(): Promise<unknown>;
}

function startThread(): Thread {
  const worker = new Worker(new URL("agents-thread.ts", import.meta.url));
  const waiting: { readonly kind: Reply["kind"]; readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on("error", fail).on("message", (reply: Reply) => {
    if (reply.kind === "failed") return fail(new Error(reply.message));
    const index = waiting.findIndex(({ kind }) => kind === reply.kind);
    waiting.splice(index, 1)[0]?.resolve(reply);
  });
  return {
    ask: <Kind extends Reply["kind"]>(request: Request, kind: Kind) => {
      const answer = new Promise<Reply>((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        waiting.push({ kind, resolve, reject });
        worker.postMessage(request);
      });
      return withDeadline(answer, deadlineMs, `simulated agents: ${request.kind}`) as Promise<Extract<Reply, { readonly kind: Kind }>>;
    },
    close: () => worker.terminate(),
  };
}
