import type { KubeObject } from "@drover/agent";
import { expect, test } from "vitest";
import type { Wave } from "../clusters/fleet-plan.ts";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { replicas, v2, versionLabel } from "../git/web-application.ts";
import { watchWaves } from "./watch-waves.ts";

const { signal } = new AbortController();

/** One letter for each look at a wave: `.` untouched, `~` under way, `#` complete. The last one stays. */
const cluster = (wave: Wave, looks: string): LiveCluster => {
  let next = 0;
  const refuse = (): Promise<never> => Promise.reject(new Error("nobody may touch it"));
  return {
    plan: { name: wave, environment: "production", wave, kind: "memory", labels: {} },
    kubeconfig: undefined,
    agentAccess: {},
    list: async () => objectsOf(looks.charAt(Math.min(next++, looks.length - 1))),
    edit: refuse,
    delete: refuse,
  };
};

function objectsOf(look: string): readonly KubeObject[] {
  const version = look === "." ? "v1" : "v2";
  const metadata = (name: string) => ({ name, generation: 1, labels: { [versionLabel]: version } });
  const data = { version, environment: "production", greeting: `hello from ${version}` };
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("web-config"), data };
  if (look === "~") return [config];
  const deployments = Object.entries(replicas).map(([name, count]) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name),
    spec: { replicas: count },
    status: { observedGeneration: 1, replicas: count, updatedReplicas: count, readyReplicas: count },
  }));
  return [config, ...deployments, { apiVersion: "v1", kind: "Service", metadata: metadata("web") }];
}

const watch = (canary: string, early: string): Promise<string> =>
  watchWaves({ signal }, [cluster("canary", canary), cluster("early", early)], v2);

test("answers the waves in the order in which they were seen", async () => {
  await expect(watch("~##", "..#")).resolves.toBe("canary → early");
});

test("does not let a wave begin while the one before it is under way", async () => {
  await expect(watch(".~#", "..~#")).resolves.toBe("canary → early");
  await expect(watch("~~#", ".~#")).rejects.toThrow("wave early waits for the waves before it to run v2");
});

test("is not content with waves that were first seen at once", async () => {
  await expect(watch(".#", ".#")).rejects.toThrow("wave early began at once with the one before it");
});
