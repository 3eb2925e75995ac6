import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nodeFlags, processEnvironment } from "@drover/agent";
import type { Bench } from "../../harness/bench.ts";
import type { AgentSays, AgentUsage, FromAgent, ToAgent } from "./bench-agent.ts";

/** An agent without a network, in its own process. */
export interface BareAgent {
  readonly startedAt: number;
  tell(command: ToAgent): void;
  /** The time at which it first said something like this. */
  said(what: string, isIt: (status: AgentSays) => boolean, withinMs?: number): Promise<number>;
  usage(): Promise<AgentUsage>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL("bench-agent.ts", import.meta.url));

export async function startBareAgent({ lifecycle }: Bench, kubeconfig: string, agentNamespace: string): Promise<BareAgent> {
  const startedAt = performance.now();
  const child = fork(program, [kubeconfig, agentNamespace], {
    execArgv: [...nodeFlags],
    env: { ...process.env, ...processEnvironment },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const heard: [FromAgent, number][] = [];
  child.on("message", (message: FromAgent) => heard.push([message, performance.now()]));
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.send({ kind: "stop" } satisfies ToAgent);
    await exited;
  };
  lifecycle.add(`agent of ${agentNamespace}`, stop);

  async function next<T extends FromAgent>(
    what: string,
    from: number,
    isIt: (message: FromAgent) => message is T,
    withinMs: number,
  ): Promise<[T, number]> {
    const giveUpAt = performance.now() + withinMs;
    for (let at = from; ;) {
      for (; at < heard.length; at += 1) {
        const [message, when] = heard[at]!;
        if (isIt(message)) return [message, when];
      }
      if (performance.now() > giveUpAt)
        throw new Error(`the agent did not say within ${withinMs} ms: ${what}; last: ${JSON.stringify(heard.at(-1))}`);
      await sleep(5);
    }
  }
  await next("ready", 0, (message): message is Extract<FromAgent, { kind: "ready" }> => message.kind === "ready", 30_000);
  return {
    startedAt,
    tell: (command) => void child.send(command),
    said: async (what, isIt, withinMs = 60_000) =>
      (await next(what, 0, (message): message is AgentSays => message.kind === "status" && isIt(message), withinMs))[1],
    usage: async () => {
      const from = heard.length;
      child.send({ kind: "usage" } satisfies ToAgent);
      return (await next("usage", from, (message): message is AgentUsage => message.kind === "usage", 5_000))[0];
    },
    stop,
  };
}
