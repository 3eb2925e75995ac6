import type { Client, Rollout } from "@drover/proto/rest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../control-plane.ts";
import type { WorkTree } from "../git-work-tree.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../simulated-agent.ts";
import { waitUntil } from "../wait-until.ts";
import { clusterAnswers } from "./cluster-answers.ts";
import { addPast } from "./lively-past.ts";
import {
  approvedStrategy,
  lateFiles,
  livelyApplications,
  livelyClusters,
  livelyFleet,
  manifests,
  soakingStrategy,
} from "./lively-files.ts";
import { conditionOn, versionsOn } from "./lively-conditions.ts";

export interface LivelyFleet {
  readonly controlPlane: TestControlPlane;
  readonly replica: Replica;
  readonly api: Client;
  readonly adminToken: string;
  stop(): Promise<void>;
}

const patienceMs = 60_000;
const agentsAtOnce = 6;
const heartbeatMs = 25_000;

/**
 * A fleet in the middle of a day, on a real control plane: something soaks, something waits for a person, something has failed; some
 * clusters are silent, one is in maintenance, one was never enrolled, one is revoked; there is drift, and a file that is not in force.
 */
export async function startLivelyFleet(consoleDir: string): Promise<LivelyFleet> {
  const controlPlane = await prepareControlPlane();
  const agents: SimulatedAgent[] = [];
  // Simulated agents speak when something changes; real ones also do when nothing does.
  const heartbeat = setInterval(() => agents.forEach((agent) => agent.tell()), heartbeatMs);
  const stop = async (): Promise<void> => {
    clearInterval(heartbeat);
    await Promise.all(agents.map((agent) => agent.stop()));
    await controlPlane.stop();
  };
  try {
    const { git, fleet } = controlPlane;
    const trees = new Map<string, WorkTree>();
    const revisions = new Map<string, string>();
    for (const name of livelyApplications) {
      const tree = await git.clone(name);
      trees.set(name, tree);
      revisions.set(name, await tree.push(manifests(name, "1.0.0"), `${name}: first version`));
    }
    await fleet.push(
      livelyFleet((name) => git.host.cloneUrl(name)),
      "the shop's fleet",
    );
    const replica = await controlPlane.start({ DROVER_CONSOLE_DIR: consoleDir });
    const api = replica.client();
    await waitUntil(
      "the fleet is read",
      async () => (await api("listClusters", { query: { pageSize: 500 } })).items.length > 30,
      patienceMs,
    );

    let isPlaced = false;
    await startAgents(controlPlane, replica, api, agents, () => isPlaced);
    const place = async (application: string, environment: string, revision: string, reason: string): Promise<void> =>
      void (await api("createPromotion", { body: { application, environment, revision, reason } }));
    const placeAll = async (environment: string, reason: string): Promise<void> => {
      for (const name of livelyApplications) await place(name, environment, revisions.get(name) ?? "", reason);
      await untilQuiet(api, environment);
    };
    await placeAll("staging", "first version");
    await placeAll("production", "first version");
    isPlaced = true;
    for (const agent of agents) agent.tell();

    const next = async (name: string, message: string): Promise<void> => {
      revisions.set(name, (await trees.get(name)?.push(manifests(name, "1.1.0"), message)) ?? "");
      await place(name, "staging", revisions.get(name) ?? "", message);
    };
    await next("web", "web: new front page");
    await next("checkout", "checkout: pay later");
    await next("payments", "payments: retries with a budget");
    await untilQuiet(api, "staging");
    const promote = (name: string, reason: string): Promise<void> => place(name, "production", revisions.get(name) ?? "", reason);
    await promote("checkout", "tested in staging, CHG-1204");
    await waitUntil(
      "checkout has halted",
      async () => (await api("listRollouts", { query: { phase: "Halted" } })).items.length > 0,
      patienceMs,
    );
    await fleet.pull();
    await fleet.push({ "strategies/careful.yaml": soakingStrategy }, "soak the canary for two hours");
    await promote("web", "new front page, CHG-1207");
    await untilOpen(api, "web");
    await fleet.pull();
    await fleet.push({ "strategies/careful.yaml": approvedStrategy }, "the shop's owners say when");
    await promote("payments", "retries with a budget, CHG-1209");
    await untilOpen(api, "payments");
    await addPast(controlPlane, api, agents);
    await fleet.pull();
    await fleet.push(lateFiles, "one more cluster");
    const adminToken = await tokenFor(api);
    return { controlPlane, replica, api, adminToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAgents(
  controlPlane: TestControlPlane,
  replica: Replica,
  api: Client,
  agents: SimulatedAgent[],
  isPlaced: () => boolean,
): Promise<void> {
  for (let from = 0; from < livelyClusters.length; from += agentsAtOnce) {
    const some = livelyClusters.slice(from, from + agentsAtOnce).map(({ name }) =>
      startSimulatedAgent(controlPlane, replica, api, name, {
        answer: clusterAnswers,
        condition: conditionOn(name, isPlaced),
        versions: versionsOn(name),
      }),
    );
    agents.push(...(await Promise.all(some)));
  }
}

async function untilQuiet(api: Client, environment: string): Promise<void> {
  let items: readonly Rollout[] = [];
  const isQuiet = async (): Promise<boolean> => {
    ({ items } = await api("listRollouts", { query: { environment, pageSize: 100 } }));
    return items.length >= livelyApplications.length && items.every(({ phase }) => phase === "Completed");
  };
  await waitUntil(`${environment} is quiet`, isQuiet, patienceMs).catch((cause: unknown) => {
    const seen = items.map(({ release, phase, targets, holds }) => ({ release, phase, targets, holds }));
    throw new Error(`rollouts are ${JSON.stringify(seen)}`, { cause });
  });
}

/** Its canary is done: from here on something else decides. */
const untilOpen = (api: Client, application: string): Promise<unknown> =>
  waitUntil(
    `${application} waits behind its canary`,
    async () => {
      const { items } = await api("listRollouts", { query: { application, phase: "Running" } });
      return (items[0]?.targets.Succeeded ?? 0) >= 3;
    },
    patienceMs,
  );

async function tokenFor(api: Client): Promise<string> {
  const { token } = await api("createApiToken", {
    body: { subject: "ada@example.com", role: "admin", approves: ["*"], overrides: ["staging"] },
  });
  return token;
}
