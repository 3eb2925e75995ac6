import type { Client, Rollout } from "@drover/proto/rest";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1", "us-2"];

test(
  "a database is dropped in the middle of a rollout: it comes back paused, nothing moves, and a person resumes it",
  { timeout: 120_000 },
  async () => {
    const world = await prepareControlPlane();
    onTestFinished(world.stop);
    const web = await pushSmallFleet(world, clusters);
    const before = await world.start();
    let agents = await enrol(world, before, clusters);
    await untilCompleted(before.client(), (await promote(before.client(), await web.push(webFiles("v1")))).id);
    await setSoak(world, "1h");
    const { id } = await promote(before.client(), await web.push(webFiles("v2")));
    const firstWave = async (): Promise<boolean> =>
      (await before.client()("getRollout", { params: { rollout: id } })).targets.Succeeded === 2;
    await waitUntil("the first wave is done", firstWave, 30_000);
    expect(generations(agents)).toEqual({ "eu-1": 2, "eu-2": 2, "us-1": 1, "us-2": 1 });

    await before.process.kill();
    await world.database.query({ text: "drop schema public cascade; create schema public" });
    await setSoak(world, "100ms");
    const after = await world.start();
    const api = after.client();
    // The agent in us-2 lives on with an identity that nobody knows any more.
    agents = await enrol(world, after, ["eu-1", "eu-2", "us-1"], agents);
    const rollout = await paused(api, ({ Unchanged, Succeeded, Waiting }) => Unchanged + Succeeded === 2 && Waiting === 1);
    expect(await why(api, rollout)).toEqual([expect.stringContaining("recovery of a lost database: 1 cluster holds something else")]);
    expect(generations(agents)).toEqual({ "eu-1": 2, "eu-2": 2, "us-1": 1, "us-2": 1 });
    await api("resumeRollout", { params: { rollout: rollout.id }, body: { reason: "looked at it" } });
    await untilCompleted(api, rollout.id);
    expect(generations(agents)).toEqual({ "eu-1": 2, "eu-2": 2, "us-1": 2, "us-2": 1 });

    // Nor is one that comes back when all is done brought along behind anybody's back.
    agents = await enrol(world, after, ["us-2"], agents);
    const late = await paused(api, ({ Unchanged, Waiting }) => Unchanged === 3 && Waiting === 1);
    expect(generations(agents)).toEqual({ "eu-1": 2, "eu-2": 2, "us-1": 2, "us-2": 1 });
    await api("resumeRollout", { params: { rollout: late.id }, body: { reason: "looked at it" } });
    await untilCompleted(api, late.id);
    expect(generations(agents)).toEqual({ "eu-1": 2, "eu-2": 2, "us-1": 2, "us-2": 2 });
  },
);

type Agents = ReadonlyMap<string, SimulatedAgent>;

/** Agents of these clusters, which find there what those before them held; the others stay as they are. */
async function enrol(world: TestControlPlane, replica: Replica, names: readonly string[], before: Agents = new Map()): Promise<Agents> {
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const started = await Promise.all(
    names.map((name) => startSimulatedAgent(world, replica, api, name, { before: before.get(name)?.held() })),
  );
  onTestFinished(async () => void (await Promise.all(started.map((agent) => agent.stop()))));
  return new Map([...before, ...started.map((agent) => [agent.name, agent] as const)]);
}

async function setSoak({ fleet }: TestControlPlane, soakTime: string): Promise<void> {
  await fleet.pull();
  const first = `  - { name: first, clusterSelector: { matchLabels: { wave: wave-0 } }, soakTime: ${soakTime} }\n`;
  await fleet.push({ "strategies/in-waves.yaml": `waves:\n${first}  - { name: second, maxConcurrency: 2 }\n` });
}

const generations = (agents: Agents): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries([...agents].map(([name, { runs }]) => [name, runs.get("web")?.generation]));

const paused = (api: Client, isRight: (targets: Rollout["targets"]) => boolean): Promise<Rollout> =>
  waitUntil(
    "a rollout is paused",
    async () => {
      const { items } = await api("listRollouts", { query: { application: "web" } });
      return items.find(({ phase, targets }) => phase === "Paused" && isRight(targets));
    },
    30_000,
  );

async function why(api: Client, { id }: Rollout): Promise<readonly string[]> {
  const { links } = await api("explain", { query: { rollout: id } });
  return links.map(({ message }) => message);
}
