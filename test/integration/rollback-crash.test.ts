import { expect, onTestFinished, test } from "vitest";
import { rollbackFailpoints } from "../../control-plane/src/app/failpoint.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type Death, dieAt, hasDied, promoteOrDie } from "../support/crashes.ts";
import type { TestDatabase } from "../support/database.ts";
import { type Condition, type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { pushSmallFleet, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1", "us-2"];
const strategy = `waves:
  - { name: first, clusterSelector: { matchLabels: { wave: wave-0 } } }
maxConcurrency: 2
degradedGracePeriod: 100ms
onFailure: Rollback
`;
const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };
/** Everything that only a rollback passes, and what it shares with other changes once it is under way. */
const deaths: readonly Death[] = [
  ...rollbackFailpoints.map((point) => ({ point })),
  { point: "rollout.commit.after", passage: 5 },
  { point: "intents.pushed", passage: 2 },
  { point: "projection.commit.after", passage: 2 },
];

/** As in the test of rollouts: each process ends what the one before it left, and is killed on the way of its own. */
test("a process is killed on a rollback's way, and afterwards nobody can tell", { timeout: 300_000 }, async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const web = await pushSmallFleet(world, clusters);
  await world.fleet.push({ "strategies/in-waves.yaml": strategy });
  const good = await web.push(webFiles("v1"));
  const bad: string[] = [];
  const newest = (): string => bad.at(-1) ?? good;
  const pushBad = async (): Promise<void> => void bad.push(await web.push(webFiles(`v${bad.length + 2}`)));
  const carryOut = (replica: Replica): Promise<void> => promoteOrDie(replica, newest(), () => hasEnded(world.database, newest()));

  const undisturbed = await world.start();
  const agents = await startAgents(world, undisturbed, bad);
  await carryOut(undisturbed);
  await pushBad();
  await carryOut(undisturbed);
  await undisturbed.process.stop();
  for (const death of deaths)
    await dieAt(world, death, async (doomed) => {
      await carryOut(doomed);
      if (hasDied(doomed)) return;
      await pushBad();
      await carryOut(doomed);
    });
  await carryOut(await world.start());

  const there = [good, ...bad.flatMap((revision) => [revision, good])].map((revision, index) => `${index + 1} ${revision}`);
  for (const { name, assigned } of agents) {
    const given = assigned.map(({ generation, revision }) => `${generation} ${revision}`);
    expect({ name, given }).toEqual({ name, given: name.startsWith("eu") ? there : there.slice(0, 1) });
  }
  expect(await loadWays(world.database)).toEqual([
    "Rollout: created > Pending, started > Running, completed > Completed",
    ...bad.flatMap(() => [
      "Rollout: created > Pending, started > Running, rollbackStarted > RollingBack, rolledBack > RolledBack",
      "Rollback: created > Pending, started > Running, completed > Completed",
    ]),
  ]);
  await world.fleet.pull();
  const commits = await world.fleet.git("log", "--format=%(trailers:key=Drover-Kind,valueonly,separator=)");
  expect(commits.split("\n").filter((kind) => kind === "Rollback")).toHaveLength(bad.length);
});

/** Agents in the first wave that are well with everything but what is bad. */
async function startAgents(world: TestControlPlane, replica: Replica, bad: readonly string[]): Promise<readonly SimulatedAgent[]> {
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const condition = ({ revision }: { readonly revision: string }): Condition =>
    bad.includes(revision) ? { ...well, health: "Degraded" } : well;
  const agents = await Promise.all(clusters.map((name) => startSimulatedAgent(world, replica, api, name, { condition })));
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  return agents;
}

/** Completed, or rolled back with a commit that says so. */
async function hasEnded(database: TestDatabase, revision: string): Promise<boolean> {
  const { rows } = await database.query({
    text: `select from rollouts r where revision = $1 and kind = 'Rollout'
              and (phase = 'Completed' or phase = 'RolledBack' and exists (select from quarantines where revision = $1 and state = 'Committed'))`,
    values: [revision],
  });
  return rows.length > 0;
}

/** How each rollout came to its end, in the order in which they began. */
async function loadWays(database: TestDatabase): Promise<readonly string[]> {
  const { rows } = await database.query<{ way: string }>({
    text: `select r.kind || ': ' || string_agg(h.event || ' > ' || h.to_state, ', ' order by h.step) as way
             from rollouts r join rollout_transitions h on h.rollout_id = r.id and h.cluster_id = ''
            group by r.id order by r.created_at`,
  });
  return rows.map(({ way }) => way);
}
