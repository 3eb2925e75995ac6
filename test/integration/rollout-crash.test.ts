import { expect, onTestFinished, test } from "vitest";
import { type Failpoint, failpoints } from "../../control-plane/src/app/failpoint.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { dieAt, hasDied, promoteOrDie } from "../support/crashes.ts";
import type { TestDatabase } from "../support/database.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { pushSmallFleet, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1", "us-2"];
const strategy = `waves:
  - name: first
    clusterSelector: { matchLabels: { wave: wave-0 } }
    soakTime: 100ms
    gates: { after: [{ name: well, type: Cel, expression: "true", interval: 1s, count: 1 }] }
  - { name: second, soakTime: 100ms }
maxConcurrency: 2
`;
/** Points that every start passes, with any work, are deadly once a rollout is under way. */
const passages: Partial<Record<Failpoint, number>> = { "work.done": 4, "work.settled": 5, "sync.asked": 6 };

/**
 * Each process is to end what the one before it left, and then to carry out a promotion of its own; somewhere on that way it is killed. The
 * agents, PostgreSQL, NATS and git live on.
 */
test("a process is killed at each point of a rollout's way, and afterwards nobody can tell", { timeout: 300_000 }, async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const web = await pushSmallFleet(world, clusters);
  await world.fleet.push({ "strategies/in-waves.yaml": strategy });
  const revisions: string[] = [];
  const newest = (): string => revisions.at(-1) ?? "";
  const carryOut = (replica: Replica): Promise<void> => promoteOrDie(replica, newest(), () => isCompleted(world.database, newest()));
  const pushNext = async (): Promise<void> => void revisions.push(await web.push(webFiles(`v${revisions.length + 1}`)));

  const undisturbed = await world.start();
  const agents = await startAgents(world, undisturbed);
  await pushNext();
  await carryOut(undisturbed);
  await undisturbed.process.stop();
  for (const point of failpoints)
    await dieAt(world, { point, passage: passages[point] ?? 1 }, async (doomed) => {
      await carryOut(doomed);
      if (hasDied(doomed)) return;
      await pushNext();
      await carryOut(doomed);
    });
  await carryOut(await world.start());

  const generations = revisions.map((revision, index) => `${index + 1} ${revision}`);
  for (const { assigned } of agents) expect(assigned.map(({ generation, revision }) => `${generation} ${revision}`)).toEqual(generations);
  const ways = await loadWays(world.database);
  const wave = ["Dispatched > inFlight", "Dispatched > inFlight", "Healthy > succeeded", "Healthy > succeeded"];
  expect(ways[0]).toEqual({
    rollout: ["created > Pending", "started > Running", "GateOpened > Open", "GatePassed > Passed", "completed > Completed"],
    waves: [wave, wave],
    overlap: false,
  });
  expect(ways).toEqual(revisions.map(() => ways[0]));
  const { rows: gates } = await world.database.query({
    text: "select g.state, count(m.n)::int as measured from gate_runs g join gate_measurements m on m.run_id = g.id group by g.id",
  });
  expect(gates).toEqual(revisions.map(() => ({ state: "Passed", measured: 1 })));
});

async function startAgents(world: TestControlPlane, replica: Replica): Promise<readonly SimulatedAgent[]> {
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const agents = await Promise.all(clusters.map((name) => startSimulatedAgent(world, replica, api, name)));
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  return agents;
}

async function isCompleted(database: TestDatabase, revision: string): Promise<boolean> {
  const { rows } = await database.query({ text: "select from rollouts where revision = $1 and phase = 'Completed'", values: [revision] });
  return rows.length > 0;
}

interface Way {
  readonly rollout: readonly string[];
  readonly waves: readonly (readonly string[])[];
  /** Whether anything of the second wave was done before a step of the first. A process that starts late may do the last of one and the first of the other at once. */
  readonly overlap: boolean;
}

/** How each rollout came to its end, in the order in which they began; the clusters of a wave may overtake one another. */
async function loadWays(database: TestDatabase): Promise<readonly Way[]> {
  const { rows } = await database.query<{ rollout: string; wave: number | null; step: number; way: string }>({
    text: `select r.id as rollout, t.wave, h.step, h.event || ' > ' || h.to_state as way
             from rollouts r join rollout_transitions h on h.rollout_id = r.id
             left join rollout_targets t on t.rollout_id = r.id and t.cluster_id = h.cluster_id
            order by r.created_at, h.step, way`,
  });
  return [...Map.groupBy(rows, ({ rollout }) => rollout).values()].map((steps): Way => {
    const ofWave = (index: number): typeof steps => steps.filter(({ wave }) => wave === index);
    return {
      rollout: steps.filter(({ wave }) => wave === null).map(({ way }) => way),
      waves: [0, 1].map((index) =>
        ofWave(index)
          .map(({ way }) => way)
          .sort(),
      ),
      overlap: (ofWave(0).at(-1)?.step ?? 0) > (ofWave(1)[0]?.step ?? 0),
    };
  });
}
