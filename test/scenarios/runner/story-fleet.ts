import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { WorkTree } from "../../support/git-work-tree.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../../support/simulated-agent.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { type Outcome, outcomes } from "./outcomes.ts";
import type { ScenarioWorld } from "./scenario-world.ts";
import { createStorySources, type StorySources } from "./story-sources.ts";

/** What one story made: its clusters with their agents, and its applications. Its files go when the next story begins. */
export interface StoryFleet {
  readonly world: ScenarioWorld;
  readonly sources: StorySources;
  readonly agents: ReadonlyMap<string, SimulatedAgent>;
  /** Agents without a link. */
  readonly cut: ReadonlySet<string>;
  /** Pushes files and clusters (`name key=value …`, one a line) in one commit, and starts the clusters' agents. */
  add(files: Readonly<Record<string, string>>, clusters: readonly string[]): Promise<void>;
  agent(name: string): SimulatedAgent;
  setLinked(name: string, linked: boolean): void;
  /** How an application is on a cluster from now on, until it gets another revision of it. */
  change(application: string, cluster: string, outcome: Outcome): void;
  outcomeOn(cluster: string, application: string): Outcome;
  end(): Promise<void>;
}

/** Envelopes are pushed, and no broker fails here: to ask for them twice a second takes as long as most stories' own requests. */
const syncMs = 5_000;

export function createStoryFleet(world: ScenarioWorld): StoryFleet {
  const { controlPlane, replica, api } = world;
  const sources = createStorySources(world);
  const agents = new Map<string, SimulatedAgent>();
  const cut = new Set<string>();
  let hasBegun = false;
  const changed = new Map<string, { readonly revision: string; readonly outcome: Outcome }>();

  const agent = (name: string): SimulatedAgent => {
    const found = agents.get(name);
    if (found === undefined) throw new Error(`there is no cluster ${name}, only ${[...agents.keys()].join(", ")}`);
    return found;
  };
  const outcomeOn = (cluster: string, application: string): Outcome => {
    const running = agent(cluster).runs.get(application);
    const own = changed.get(`${cluster} ${application}`);
    if (running === undefined) return "is well";
    return own?.revision === running.revision ? own.outcome : sources.outcomeOf(running.revision, cluster);
  };
  const enrol = async (name: string): Promise<void> => {
    const started = await startSimulatedAgent(controlPlane, replica, api, name, {
      condition: (assignment) => outcomes[agents.has(name) ? outcomeOn(name, assignment.application) : "is well"](assignment),
      syncMs,
    });
    agents.set(name, started);
    await waitUntil(`${name} is heard`, () => started.heardAt !== undefined || hasReported(world, started));
  };
  return {
    world,
    sources,
    agents,
    cut,
    agent,
    outcomeOn,
    async add(files, lines) {
      const clusters = lines.map((line) => line.trim().split(/\s+/));
      const clusterFiles = clusters.map(([name = "", ...labels]) => [`clusters/${name}.yaml`, clusterFile(labels)] as const);
      const all = { ...files, ...Object.fromEntries(clusterFiles) };
      await world.pushFleet(async (fleet) => {
        const old = hasBegun ? {} : await otherStories(fleet);
        hasBegun = true;
        return fleet.push({ ...old, ...all }, `change ${Object.keys(all).join(", ")}`);
      });
      await Promise.all(clusters.map(([name = ""]) => enrol(name)));
    },
    setLinked(name, linked) {
      if (linked) cut.delete(name);
      else cut.add(name);
      agent(name).setLinked(linked);
    },
    change(application, cluster, outcome) {
      const revision = agent(cluster).runs.get(application)?.revision;
      if (revision === undefined) throw new Error(`${cluster} does not run ${application}`);
      changed.set(`${cluster} ${application}`, { revision, outcome });
      agent(cluster).tell();
    },
    async end() {
      await Promise.all([...agents.values()].map((one) => one.stop()));
    },
  };
}

const clusterFile = (labels: readonly string[]): string => {
  const pairs = labels.map((label) => label.replace("=", ": ")).join(", ");
  return `id: ${base32(randomBytes(16))}\nlabels: { ${pairs} }\n`;
};

async function hasReported({ controlPlane }: ScenarioWorld, { cluster }: SimulatedAgent): Promise<boolean> {
  const { rowCount } = await controlPlane.database.query({
    text: "select 1 from cluster_reports where cluster_id = $1",
    values: [cluster],
  });
  return rowCount === 1;
}

/** A story finds no files of those before it: the commit that it begins with removes them. */
async function otherStories(fleet: WorkTree): Promise<Readonly<Record<string, undefined>>> {
  const files = (await fleet.git("ls-files")).split("\n").filter((path) => path !== "drover.yaml");
  return Object.fromEntries(files.map((path) => [path, undefined]));
}
