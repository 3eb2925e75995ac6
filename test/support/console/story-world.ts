import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../control-plane.ts";
import { clusterAnswers } from "./cluster-answers.ts";
import type { WorkTree } from "../git-work-tree.ts";
import { type Condition, type SimulatedAgent, startSimulatedAgent } from "../simulated-agent.ts";
import { webFiles } from "../small-fleet.ts";
import { waitUntil } from "../wait-until.ts";

const pulseMs = 20_000;

const clusters = { "staging-1": "staging", "eu-1": "production", "eu-2": "production", "us-1": "production" } as const;

/** A control plane that serves the console, and four clusters whose agents are simulated, as a person in front of it finds them. */
export interface StoryWorld {
  readonly controlPlane: TestControlPlane;
  readonly replica: Replica;
  readonly api: Client;
  readonly web: WorkTree;
  readonly agents: readonly SimulatedAgent[];
  /** A commit that every cluster is well with. */
  push(version: string): Promise<string>;
  /** A commit whose pods crash wherever they come. */
  pushBad(version: string): Promise<string>;
  /** A token of somebody. */
  tokenOf(subject: string, role: "viewer" | "operator" | "admin", grants?: { readonly approves?: string[] }): Promise<string>;
  stop(): Promise<void>;
}

const fleetFiles = (webUrl: string): Readonly<Record<string, string>> => ({
  "drover.yaml": "apiVersion: drover.dev/v1\n",
  "applications/web.yaml": `# the shop's front\nsource: { repository: "${webUrl}", path: deploy, credentialsRef: git-host }\n`,
  "environments/staging.yaml": "clusterSelector: { matchLabels: { tier: staging } }\nstrategy: quick\n",
  "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\npromotesFrom: [staging]\nstrategy: careful\n",
  "strategies/quick.yaml": "maxFailures: 0\ndegradedGracePeriod: 1s\n",
  "strategies/careful.yaml": `waves:
  - { name: canary, count: 1 }
  - name: everywhere
    gates:
      before:
        - { name: signed-off, type: Approval, timeout: 1h }
maxFailures: 0
degradedGracePeriod: 1s
`,
  ...Object.fromEntries(
    Object.entries(clusters).map(([name, tier]) => [
      `clusters/${name}.yaml`,
      `id: ${base32(randomBytes(16))}\nlabels: { tier: ${tier}, region: ${name.slice(0, 2)} }\n`,
    ]),
  ),
});

const crashing: Condition = {
  sync: "Synced",
  health: "Degraded",
  reason: "CrashLoopBackOff",
  failing: [
    {
      group: "apps",
      kind: "Deployment",
      namespace: "default",
      name: "web",
      container: "web",
      reason: "CrashLoopBackOff",
      message: "exit code 1: configuration key PAYMENT_URL is missing",
    },
  ],
};
const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };

export async function startStoryWorld(consoleDir: string): Promise<StoryWorld> {
  const controlPlane = await prepareControlPlane();
  const web = await controlPlane.git.clone("web");
  await controlPlane.fleet.push(fleetFiles(controlPlane.git.host.cloneUrl("web")));
  await web.push(webFiles("0"));
  const replica = await controlPlane.start({ DROVER_CONSOLE_DIR: consoleDir });
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === Object.keys(clusters).length);
  const bad = new Set<string>();
  const options = {
    answer: clusterAnswers,
    condition: ({ revision }: { readonly revision: string }): Condition => (bad.has(revision) ? crashing : well),
  };
  const agents: readonly SimulatedAgent[] = await Promise.all(
    Object.keys(clusters).map((name) => startSimulatedAgent(controlPlane, replica, api, name, options)),
  );
  // Agents that have no news speak up now and then, as real ones do: silence would make them Stale.
  const pulse = setInterval(() => agents.forEach((agent) => agent.tell()), pulseMs);
  return {
    controlPlane,
    replica,
    api,
    web,
    agents,
    push: (version) => web.push(webFiles(version)),
    pushBad: async (version) => {
      const commit = await web.push(webFiles(version));
      bad.add(commit);
      return commit;
    },
    tokenOf: async (subject, role, grants = {}) => (await api("createApiToken", { body: { subject, role, ...grants } })).token,
    stop: async () => {
      clearInterval(pulse);
      await Promise.all(agents.map((agent) => agent.stop()));
      await controlPlane.stop();
    },
  };
}
