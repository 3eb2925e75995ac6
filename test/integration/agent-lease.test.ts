import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { configMap } from "../../agent/test/support/fleet.ts";
import { expect, onTestFinished, test } from "vitest";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { waitUntil } from "../support/index.ts";

const child = fileURLToPath(new URL("../support/agent-child.ts", import.meta.url));

const holderIn = async ({ cluster, agentNamespace }: FaultyWorld): Promise<string> =>
  cluster.kubectl(["-n", agentNamespace, "get", "lease", "drover-agent", "-o", "jsonpath={.spec.holderIdentity}"]);

test("a second agent waits for the Lease, and begins at once when the first lets go", async () => {
  const world = await agentWorld();
  const first = await world.startAgent();
  await world.run([configMap("settings")]);
  let isRunning = false;
  const second = world.startAgent({ holder: "agent-1" }).then((agent) => {
    isRunning = true;
    return agent;
  });
  await world.kubectl("delete", "configmap", "settings");
  await waitUntil("the first heals", async () => (await world.kubectl("get", "configmap", "settings", "--ignore-not-found")) !== "");
  expect(isRunning).toBe(false);
  await first.stop();
  const stoppedAt = performance.now();
  expect((await second).boot).toBe(first.boot + 1);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000); // far from the 15 s after which a Lease would have run out
});

test("an agent whose API server stands still writes nothing more, and goes on when it comes back", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent({ clock: fastClock(5) });
  await world.run([configMap("settings")]);
  const renewals = world.proxy.addRule({ when: { resource: "leases" }, fault: { kind: "status", status: 503 } });
  await waitUntil("it has not renewed for its deadline", () => renewals.fired >= 6, 30_000);
  await world.kubectl("delete", "configmap", "settings");
  await waitUntil("it says why it does not heal", () => world.controlPlane.status("shop")?.failing[0]?.reason === "LeaseNotHeld", 10_000);
  expect(await world.kubectl("get", "configmap", "settings", "--ignore-not-found")).toBe("");
  world.proxy.clear();
  await waitUntil("it heals", async () => (await world.kubectl("get", "configmap", "settings", "--ignore-not-found")) !== "", 30_000);
});

test("a stopped process that goes on after another took over writes nothing", async () => {
  const world = await agentWorld({ proxy: true });
  const stopped = await startChild(world);
  stopped.process.kill("SIGSTOP");
  const other = await world.startAgent({ holder: "agent-b", kubeconfig: world.cluster.kubeconfig });
  expect(await holderIn(world)).toBe("agent-b");
  await other.kill(); // a crash: its Lease is still its own for 15 s, and nobody heals
  await world.kubectl("delete", "configmap", "guarded");

  const before = world.proxy.requests.length;
  stopped.process.kill("SIGCONT");
  await stopped.said("replaced");
  await stopped.exited;
  const wrote = world.proxy.requests.slice(before).filter(({ verb }) => !["get", "list", "watch"].includes(verb));
  // It asked for the Lease once, which the server refused.
  expect(wrote.map(({ resource, status }) => ({ resource, status }))).toEqual([{ resource: "leases", status: 409 }]);
  expect(await world.kubectl("get", "configmap", "guarded", "--ignore-not-found")).toBe("");
});

interface Child {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown>;
  said(word: string): Promise<void>;
}

async function startChild({ proxy, namespace, agentNamespace, controlPlane }: FaultyWorld): Promise<Child> {
  const args = [child, proxy.kubeconfig, namespace, agentNamespace, "agent-a", controlPlane.cluster];
  const spawned = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void spawned.kill("SIGKILL"));
  const words: string[] = [];
  createInterface({ input: spawned.stdout }).on("line", (line) => words.push(line));
  const said = async (word: string): Promise<void> => void (await waitUntil(`the agent is ${word}`, () => words.includes(word), 20_000));
  await said("synced");
  return { process: spawned, exited: once(spawned, "exit"), said };
}
