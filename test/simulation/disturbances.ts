import type { Labels } from "@drover/kit";
import type { Agent } from "./agent.ts";
import { stopFleet } from "./memory/restrictions.ts";
import { order } from "./people.ts";
import { Random } from "./random.ts";
import { qualities, revisionNamed } from "./revisions.ts";
import { maxReplicaAheadMs } from "./scenario.ts";
import type { World } from "./world.ts";

/** Things that happen to a fleet. Each has a number and draws by it, so that one can be left out and the others stay what they were. */
interface Disturbance {
  readonly name: string;
  readonly weight: number;
  readonly happen: (world: World, random: Random, number: number) => void;
}

const seconds = (random: Random, mean: number): number => Math.round(random.around(mean) * 1_000);

const disturbances: readonly Disturbance[] = [
  { name: "promote", weight: 6, happen: promote },
  { name: "promote everywhere", weight: 4, happen: promoteEverywhere },
  { name: "promote and think again", weight: 3, happen: thinkAgain },
  { name: "refuse a revision", weight: 2, happen: refuse },
  { name: "crash a replica", weight: 5, happen: (world, random) => crashReplica(world, random) },
  {
    name: "pause a replica",
    weight: 4,
    happen: (world, random) => pause(world, random.pick(world.replicas)?.process, seconds(random, 40)),
  },
  { name: "crash an agent", weight: 5, happen: (world, random) => crashAgent(world, random) },
  { name: "pause an agent", weight: 3, happen: (world, random) => pause(world, agentOf(world, random)?.process, seconds(random, 120)) },
  { name: "cut an agent off", weight: 6, happen: (world, random) => partition(world, agentOf(world, random), seconds(random, 240)) },
  { name: "cut off a region", weight: 3, happen: cutRegion },
  { name: "set a clock", weight: 2, happen: setClock },
  { name: "relabel a cluster", weight: 3, happen: relabel },
  { name: "add a cluster", weight: 1, happen: addCluster },
  { name: "maintain a cluster", weight: 2, happen: maintain },
  { name: "pause a rollout", weight: 3, happen: (world, random) => order(world, random, "pause") },
  { name: "resume a rollout", weight: 6, happen: (world, random) => order(world, random, "resume") },
  { name: "abort a rollout", weight: 1, happen: (world, random) => order(world, random, "abort") },
  { name: "skip a cluster", weight: 2, happen: (world, random) => order(world, random, "skipCluster") },
  { name: "skip a wave", weight: 1, happen: (world, random) => order(world, random, "skipWave") },
  { name: "retry what failed", weight: 2, happen: (world, random) => order(world, random, "retry") },
  { name: "retry a cluster", weight: 2, happen: (world, random) => order(world, random, "retryCluster") },
  { name: "stop the fleet", weight: 1, happen: stop },
  { name: "freeze the fleet", weight: 2, happen: freeze },
];
const totalWeight = disturbances.reduce((sum, { weight }) => sum + weight, 0);

/** The first is a promotion, so that there is something to disturb. */
export function disturb(world: World, number: number, tell: (what: string) => void): void {
  const random = new Random(`${world.scenario.seed}/disturbance ${number}`);
  const chosen = number === 0 ? disturbances[0] : drawn(random);
  if (chosen === undefined || world.scenario.muted.has(number)) return;
  tell(`(${number}) ${chosen.name}`);
  chosen.happen(world, random, number);
}

function drawn(random: Random): Disturbance | undefined {
  let left = random.next() * totalWeight;
  return disturbances.find(({ weight }) => (left -= weight) < 0);
}

const agentOf = (world: World, random: Random): Agent | undefined => random.pick([...world.agents.values()]);

function promote(world: World, random: Random, number: number): void {
  const place = random.pick(world.places);
  const quality = random.pick(qualities);
  const known = random.pick([...world.database.releases.all()])?.revision;
  const elsewhere = random.pick(world.places.filter(({ application }) => application === place?.application));
  const dice = random.next();
  if (place === undefined || quality === undefined || elsewhere === undefined) return;
  const again = dice < 0.2 ? known : dice < 0.5 ? world.pinned(elsewhere) : undefined;
  world.pin(place, again ?? revisionNamed(quality, number));
}

/** One change moves the pins of all environments. */
function promoteEverywhere(world: World, random: Random, number: number): void {
  const application = random.pick(world.applications);
  const quality = random.pick(qualities);
  if (application === undefined || quality === undefined) return;
  for (const environment of world.environments) world.pin({ application, environment }, revisionNamed(quality, number));
}

/** What is under way, by hand: its rollouts go no further. */
function refuse(world: World, random: Random): void {
  const place = random.pick(world.places);
  const revision = place && world.pinned(place);
  if (place !== undefined && revision !== undefined) world.refuse(place.application, revision, "because");
}

/** What ran before comes back before everybody has heard of the new one. */
function thinkAgain(world: World, random: Random, number: number): void {
  const place = random.pick(world.places);
  const before = place && world.pinned(place);
  const quality = random.pick(qualities);
  const ms = seconds(random, 6);
  if (place === undefined || before === undefined || quality === undefined) return;
  world.pin(place, revisionNamed(quality, number));
  world.schedule.after(ms, undefined, `${place.application} goes back`, () => {
    if (!world.isCalm) world.pin(place, before);
  });
}

function crashReplica(world: World, random: Random): void {
  const replica = random.pick(world.replicas);
  const ms = seconds(random, 20);
  if (!replica?.process.alive) return;
  replica.crash();
  world.schedule.after(ms, undefined, `${replica.process.name} starts again`, () => replica.process.alive || replica.start());
}

function crashAgent(world: World, random: Random): void {
  const agent = agentOf(world, random);
  const ms = seconds(random, 30);
  if (!agent?.process.alive) return;
  agent.crash();
  world.schedule.after(ms, undefined, `${agent.name} starts again`, () => agent.process.alive || agent.start());
}

function pause(world: World, process: { pausedUntil: number } | undefined, ms: number): void {
  if (process !== undefined) process.pausedUntil = world.schedule.now + ms;
}

function partition(world: World, agent: Agent | undefined, ms: number): void {
  if (agent === undefined || agent.isPartitioned) return;
  agent.isPartitioned = true;
  agent.disconnected();
  world.schedule.after(ms, undefined, `${agent.name} is reachable again`, () => {
    agent.isPartitioned = false;
    agent.connected();
  });
}

function cutRegion(world: World, random: Random): void {
  const ms = seconds(random, 200);
  for (const agent of world.agents.values()) if (random.chance(0.4)) partition(world, agent, ms);
}

/** An agent's clock may be a day off, a replica's a few seconds: those are kept by their hosts. */
function setClock(world: World, random: Random): void {
  const ofReplica = random.chance(0.3);
  const off = random.next() * 2 - 1;
  if (ofReplica) {
    const replica = random.pick(world.replicas);
    if (replica !== undefined) replica.process.aheadMs = Math.round(off * maxReplicaAheadMs);
    return;
  }
  const agent = agentOf(world, random);
  if (agent !== undefined) agent.process.aheadMs = Math.round(off * 86_400_000);
}

function relabel(world: World, random: Random): void {
  const agent = agentOf(world, random);
  const isIn = random.chance(0.7);
  const isEarly = random.chance(0.3);
  if (agent === undefined) return;
  const env = random.pick(world.environments);
  const labels: Labels = { ...(isIn && env !== undefined ? { env } : {}), ...(isEarly ? { ring: "early" } : {}) };
  world.relabel(agent.name, agent.cluster, labels);
}

const mostClusters = 20;

function addCluster(world: World, random: Random, number: number): void {
  const isEarly = random.chance(0.3);
  const env = random.pick(world.environments) ?? "";
  if (world.agents.size < mostClusters) world.join(`n${number}`, { env, ...(isEarly ? { ring: "early" } : {}) });
}

function maintain(world: World, random: Random): void {
  const agent = agentOf(world, random);
  const ms = seconds(random, 300);
  if (agent === undefined || agent.inMaintenance) return;
  agent.maintain(true);
  world.schedule.after(ms, undefined, `${agent.name} is maintained`, () => agent.maintain(false));
}

/** For a while. */
function stop(world: World, random: Random): void {
  stopFleet(world.database, true);
  world.schedule.after(seconds(random, 120), undefined, "the fleet may go on", () => stopFleet(world.database, false));
}

function freeze(world: World, random: Random): void {
  world.freeze(true);
  world.schedule.after(seconds(random, 120), undefined, "the freeze is over", () => world.freeze(false));
}
