import type { RolloutCommands } from "../../control-plane/src/app/rollout/control-rollout.ts";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

const caller = { actor: "user/ada", requestId: "simulation" } as Caller;
const reason = "because";

type Ask = (commands: RolloutCommands, rollout: string, random: Random, world: World) => Promise<void> | undefined;

/** How long it takes whoever aborted a rollout to wish that he had not. */
const secondThoughtsMs = 90_000;

const orders = {
  pause: (commands, id) => commands.pauseRollout(caller, id, { reason }),
  resume: (commands, id, random) => commands.resumeRollout(caller, id, { reason, acceptFailures: random.between(0, 2) }),
  abort: async (commands, id, _random, world) => {
    await commands.abortRollout(caller, id, { reason });
    world.schedule.after(secondThoughtsMs, undefined, `somebody takes rollout ${id} up again`, () => {
      commands.retryRollout(caller, id, { reason }).catch(() => {});
    });
  },
  retry: (commands, id) => commands.retryRollout(caller, id, { reason }),
  skipCluster: (commands, id, random, world) => {
    const cluster = targetOf(id, random, world);
    return cluster === undefined ? undefined : commands.skipRolloutCluster(caller, id, { reason, cluster });
  },
  retryCluster: (commands, id, random, world) => {
    const cluster = targetOf(id, random, world);
    return cluster === undefined ? undefined : commands.retryRollout(caller, id, { reason, cluster });
  },
  skipWave: (commands, id, random, world) => {
    const wave = random.pick(world.database.rollouts.get(id)?.strategy.waves ?? [])?.name;
    return wave === undefined ? undefined : commands.skipRolloutWave(caller, id, { reason, wave });
  },
} satisfies Record<string, Ask>;

/** People ask one replica, and what they ask may be refused, or never be answered. */
export function order(world: World, random: Random, kind: keyof typeof orders): void {
  const open = [...world.database.rollouts.all()].filter(({ finishedAt }) => finishedAt === undefined);
  const rollout = random.pick(open);
  const commands = random.pick(world.replicas.filter(({ process }) => process.alive))?.commands;
  if (rollout === undefined || commands === undefined) return;
  const ask: Ask = orders[kind];
  ask(commands, rollout.id, random, world)?.catch(() => {});
}

const targetOf = (id: string, random: Random, { database }: World): string | undefined => random.pick(database.targets.of(id))?.clusterId;
