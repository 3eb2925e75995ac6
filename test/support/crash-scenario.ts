import { setTimeout as delay } from "node:timers/promises";
import type { ApplicationStatus } from "@drover/proto/wire";
import { type AgentOptions, createAgentWorld, type FaultyWorld } from "./agent-on-kubernetes.ts";
import type { AgentProcess } from "./agent-process.ts";
import type { CrashPoint } from "./crash-points.ts";
import { fastClock } from "./fast-clock.ts";
import { type KubeCall, writes } from "./fault-proxy/kube-call.ts";
import { ownedState } from "./owned-state.ts";
import { waitUntil } from "./wait-until.ts";

/** Something that happens to a cluster, and that must end the same wherever the agent dies in it. */
export interface CrashScenario {
  readonly name: string;
  /** What is there already, made by an agent that nothing happens to. Without it, the agent's first start is part of the scenario. */
  readonly before?: (world: FaultyWorld) => Promise<unknown>;
  readonly act: (world: FaultyWorld) => unknown;
  /** What must be true in the end, beside what the statuses say. */
  readonly isOver?: (world: FaultyWorld) => Promise<boolean>;
  /** Kinds of the world's own API group that are part of the ending. */
  readonly customKinds?: readonly string[];
}

export interface Ending {
  readonly state: readonly string[];
  readonly writes: readonly string[];
}

/** Where the agent dies, and how it must end nevertheless. */
export interface Crash {
  readonly point: CrashPoint;
  readonly expected: readonly string[];
}

/** Pauses are not what is tested: everything waits a fifth as long, and no longer than it must. */
const hasty: AgentOptions = { clock: fastClock(5), random: () => 0 };

/** Plays the scenario in a world of its own. With a crash the agent dies in it and a new one starts. */
export async function playScenario(scenario: CrashScenario, crash?: Crash): Promise<Ending> {
  const world = await createAgentWorld({ proxy: true, namespaces: "emptied" });
  try {
    let agent = scenario.before && (await prepared(world, scenario.before));
    const { length } = world.proxy.requests;
    const died = crash && dies(world, crash.point, () => agent);
    agent ??= await world.launchAgent(hasty);
    const acted = waitUntil("the agent is enrolled", () => world.controlPlane.enrolments > 0).then(() => scenario.act(world));
    const toTheEnd = async (one: AgentProcess): Promise<readonly string[]> => {
      const [{ boot }] = await Promise.all([one.started, acted]);
      await isOver(world, boot, scenario);
      if (!crash) await one.stop();
      return endOf(world, scenario, crash?.expected);
    };
    const ended = toTheEnd(agent);
    ended.catch(() => {}); // it does not end where the agent dies
    // A write that this time was not made is a death that did not happen: the ending is the same.
    const first = await Promise.race([ended, died ?? ended]);
    const state = first === "dead" ? await toTheEnd(await world.launchAgent(hasty)) : first;
    const written = world.proxy.requests.slice(length).filter(isCounted);
    return { state, writes: written.map(({ verb, resource, name }) => `${verb} ${resource} ${name ?? ""}`) };
  } finally {
    await world.dispose();
  }
}

function dies(world: FaultyWorld, { write, when }: CrashPoint, agent: () => AgentProcess | undefined): Promise<"dead"> {
  const { promise, resolve } = Promise.withResolvers<"dead">();
  const crash = (): void => {
    void agent()?.kill();
    resolve("dead");
  };
  world.proxy.addRule({ when: { where: isCounted }, nth: write, fault: { kind: when, crash } });
  return promise;
}

/** Inventories follow within moments, and at once where the agent stops. */
async function endOf(
  world: FaultyWorld,
  { customKinds }: CrashScenario,
  expected: readonly string[] | undefined,
): Promise<readonly string[]> {
  const giveUpAt = performance.now() + inventoryWithinMs;
  for (;;) {
    const state = await ownedState(world, customKinds);
    const isReached = expected === undefined || JSON.stringify(state) === JSON.stringify(expected);
    if (isReached || performance.now() > giveUpAt) return state;
    await delay(50);
  }
}

const inventoryWithinMs = 30_000;

async function prepared(world: FaultyWorld, before: NonNullable<CrashScenario["before"]>): Promise<AgentProcess> {
  const agent = await world.launchAgent(hasty);
  const { boot } = await agent.started;
  await before(world);
  await isOver(world, boot);
  return agent;
}

/** The Lease is renewed and people are informed all the time, whatever happens. */
const isCounted = ({ verb, resource, name, isDryRun }: KubeCall): boolean =>
  writes.has(verb) && !isDryRun && resource !== "leases" && resource !== "events" && name !== "drover-agent-status";

const isOver = (world: FaultyWorld, boot: number, scenario?: CrashScenario): Promise<true> =>
  waitUntil(
    "every application is as its assignment says",
    async () => {
      const report = world.controlPlane.reports.findLast((one) => one.boot === boot);
      const statuses = new Map(report?.applications.map((status) => [status.application, status]));
      const isDone = world.assigned().every((asked) => isAsAsked(statuses.get(asked.application), asked));
      if (isDone && ((await scenario?.isOver?.(world)) ?? true)) return true;
      throw new Error(JSON.stringify(report?.applications));
    },
    30_000,
  );

function isAsAsked(
  status: ApplicationStatus | undefined,
  { generation, state }: { readonly generation: number; readonly state: string },
): boolean {
  if (status?.generation !== generation) return false;
  if (state === "removing") return status.reason === "Removed";
  return status.sync === "Synced" && status.health === "Healthy";
}
