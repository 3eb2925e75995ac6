import { isActive } from "../../control-plane/src/domain/rollout/phase.ts";
import type { Agent } from "./agent.ts";
import { stopFleet } from "./memory/restrictions.ts";
import { order } from "./people.ts";
import type { Random } from "./random.ts";
import { revisionNamed } from "./revisions.ts";
import type { World } from "./world.ts";

/** Everything that was broken works again, and everybody wants one good revision. */
export function calmDown(world: World): void {
  world.isCalm = true;
  world.bus.calm = true;
  for (const replica of world.replicas) {
    replica.process.pausedUntil = 0;
    replica.process.aheadMs = 0;
    if (!replica.process.alive) replica.start();
  }
  stopFleet(world.database, false);
  world.freeze(false);
  for (const agent of world.agents.values()) heal(agent);
  world.schedule.after(settleMs, undefined, "everybody wants one revision", () => {
    for (const place of world.places) world.pin(place, finalRevision);
  });
}

/** Until every cluster has been heard of again. */
const settleMs = 300_000;

const finalRevision = revisionNamed("good", 999_999);

function heal(agent: Agent): void {
  agent.process.pausedUntil = 0;
  agent.isPartitioned = false;
  if (!agent.process.alive) agent.start();
  agent.maintain(false);
  agent.connected();
}

/** A patient person: whatever is held by people is let go on. */
export function letGoOn(world: World, random: Random): void {
  for (const { phase } of world.database.rollouts.all()) if (phase === "Paused" || phase === "Halted") order(world, random, "resume");
}

/** What is not yet as everybody wants it; empty when all is. */
export function unsettled(world: World): readonly string[] {
  const { database, applications, agents } = world;
  const open = [...database.rollouts.all()].filter(({ phase }) => isActive(phase)).map(({ id, phase }) => `rollout ${id} is ${phase}`);
  const behind = [...agents.values()].flatMap((agent) => applications.flatMap((application) => behindIn(world, agent, application)));
  return [...open, ...behind];
}

function behindIn(world: World, { name, cluster, disk, held }: Agent, application: string): readonly string[] {
  const { database } = world;
  const environment = world.labelsOf(name)["env"];
  const assignment = database.assignments.get(`${cluster} ${application}`);
  if (environment === undefined) return assignment?.state === "active" ? [`${name} left and still has ${application}`] : [];
  if (assignment?.environment !== environment || assignment.content.revision !== finalRevision)
    return [`${name} has not been given ${application}`];
  if (assignment.provenAt === undefined) return [`${name} has not proven ${application}`];
  if (disk.applied.get(application)?.generation !== assignment.generation) return [`${name} has not applied ${application}`];
  const envelope = database.envelopes.get(cluster);
  return envelope?.epoch === held?.epoch && envelope?.sequence === held?.sequence ? [] : [`${name} holds an old envelope`];
}
