import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { Client, Rollout } from "@drover/proto/rest";
import type { TestControlPlane } from "./control-plane.ts";
import type { WorkTree } from "./git-work-tree.ts";
import { waitUntil } from "./wait-until.ts";

/** A replica that was killed holds its work for 15 seconds. */
const patienceMs = 30_000;

/** Pushes a fleet of equal clusters in the environment `production`, in waves of two. Answers the repository of its one application, `web`. */
export async function pushSmallFleet({ git, fleet }: TestControlPlane, clusters: readonly string[]): Promise<WorkTree> {
  const web = await git.clone("web");
  const waveOf = (index: number): string => `wave-${Math.floor(index / 2)}`;
  const waves = [...new Set(clusters.map((_name, index) => waveOf(index)))];
  const waveLine = (wave: string): string => `  - { name: ${wave}, clusterSelector: { matchLabels: { wave: ${wave} } }, soakTime: 1s }\n`;
  await fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\nstrategy: in-waves\n",
    "strategies/in-waves.yaml": `waves:\n${waves.map(waveLine).join("")}maxFailures: 0\n`,
    ...Object.fromEntries(clusters.map((name, index) => [`clusters/${name}.yaml`, clusterFile(waveOf(index))])),
  });
  return web;
}

const clusterFile = (wave: string): string => `id: ${base32(randomBytes(16))}\nlabels: { tier: production, wave: ${wave} }\n`;

/** Files of the application at a version. */
export const webFiles = (version: string): Readonly<Record<string, string>> => ({
  "deploy/settings.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { version: "${version}" }\n`,
});

/** Promotes to production; answers the rollout once it is there. */
export async function promote(api: Client, revision: string, headers: Readonly<Record<string, string>> = {}): Promise<Rollout> {
  const body = { application: "web", environment: "production", revision, reason: "test" };
  const { id } = await api("createPromotion", { body, headers });
  return rolloutOf(api, id);
}

/** The rollout that a promotion's commit begins. A slow commit is not made yet when the promotion is answered. */
export async function rolloutOf(api: Client, promotion: string): Promise<Rollout> {
  const rollout = await waitUntil(
    "the promotion's rollout is there",
    async () => (await api("getPromotion", { params: { promotion } })).rollouts[0],
    patienceMs,
  );
  return api("getRollout", { params: { rollout } });
}

export async function untilCompleted(api: Client, id: string, withinMs = patienceMs): Promise<void> {
  let seen: Rollout | undefined;
  try {
    await waitUntil(
      "the rollout has completed",
      async () => (seen = await api("getRollout", { params: { rollout: id } })).phase === "Completed",
      withinMs,
    );
  } catch (cause) {
    throw new Error(`rollout is ${JSON.stringify(seen)}`, { cause });
  }
}
