import { join } from "node:path";
import { createKube, type Kube, kubeconfigConnection, type KubeObject } from "@drover/agent";
import { type Kubernetes, startKubernetes } from "@drover/tools";
import type { Bench } from "../../harness/bench.ts";
import { type Measurement, series } from "../../harness/row.ts";
import { quantile } from "../../harness/statistics.ts";
import { type BareAgent, startBareAgent } from "./child.ts";
import { type Corner, openCorner, resourceOf, times } from "./corner.ts";
import { measureFight } from "./fight.ts";
import { applyBare, applyByKubectl, objectsAt } from "./objects.ts";

const objects = 1_000;
const rounds = 5;
const changedOnes = 10;
const deletedOnes = 100;

interface World {
  readonly bench: Bench;
  readonly kubernetes: Kubernetes;
  readonly kube: Kube;
}

/** What an agent does with a thousand objects: creating, changing, comparing and healing, without control plane or git. */
export async function measureBulk(bench: Bench): Promise<readonly Measurement[]> {
  const kubernetes = await startKubernetes({ dataDir: join(bench.folder, "bulk"), name: "bulk" });
  bench.lifecycle.add("Kubernetes of the bulk measurements", () => kubernetes.stop());
  const kube = createKube({ connection: await kubeconfigConnection(kubernetes.kubeconfig) });
  bench.lifecycle.add("administrator", () => kube.close());
  const world: World = { bench, kubernetes, kube };

  const created: Record<"agent" | "bare" | "kubectl", number[]> = { agent: [], bare: [], kubectl: [] };
  const cpu: number[] = [];
  const last: { agent?: BareAgent; corner?: Corner } = {};
  // One round after the other does all three, so that each meets the same server.
  for (let round = 0; round < rounds; round += 1) {
    await last.agent?.stop();
    last.corner?.close();
    created.bare.push(await applyBareIn(world, `bare-${round}`));
    created.kubectl.push(await applyByKubectlIn(world, `kubectl-${round}`));
    const { agent, corner, tookMs, cpuMs } = await createdByAgent(world, round);
    cpu.push(cpuMs);
    created.agent.push(tookMs);
    Object.assign(last, { agent, corner });
    bench.say(`a2: round ${round + 1} of ${rounds}`);
  }
  const { agent, corner } = last as { readonly agent: BareAgent; readonly corner: Corner };
  const bareMs = quantile(created.bare, 0.5);
  const kubectlMs = quantile(created.kubectl, 0.5);
  return [
    series(
      { id: "a2", name: `${objects} objects created`, floor: created.bare, target: { p50: Math.min(bareMs / 0.85, kubectlMs / 2) } },
      created.agent,
    ),
    series({ id: "a2-cpu", name: "the agent's processor time of it" }, cpu),
    series({ id: "a2-kubectl", name: "the same with kubectl apply --server-side", floor: created.bare }, created.kubectl),
    ...(await measureChange(world, agent, corner)),
    ...(await measureNothing(world, agent, corner)),
    ...(await measureMassDeletion(world, corner)),
    ...(await measureFight(bench, kube, agent, corner)),
  ];
}

async function applyBareIn({ bench, kube }: World, namespace: string): Promise<number> {
  const corner = await openCorner(kube, namespace, bench.signal);
  corner.close();
  return applyBare(
    kube,
    objectsAt(namespace, objects, () => "1"),
  );
}

async function applyByKubectlIn({ bench, kube, kubernetes }: World, namespace: string): Promise<number> {
  const corner = await openCorner(kube, namespace, bench.signal);
  corner.close();
  return applyByKubectl(
    (args, input) => kubernetes.kubectl(args, input),
    objectsAt(namespace, objects, () => "1"),
  );
}

/** From the envelope's arrival until all objects are seen; each round has an agent and namespaces of its own. */
async function createdByAgent(
  { bench, kube, kubernetes }: World,
  round: number,
): Promise<{ readonly agent: BareAgent; readonly corner: Corner; readonly tookMs: number; readonly cpuMs: number }> {
  const namespace = `agent-${round}`;
  const corner = await openCorner(kube, namespace, bench.signal);
  const agent = await startBareAgent(bench, kubernetes.kubeconfig, `drover-system-${round}`);
  agent.tell({ kind: "prepare", namespace, objects: objectsAt(namespace, objects, () => "1") });
  const before = await agent.usage(); // prepared by now
  const startedAt = performance.now();
  agent.tell({ kind: "assign" });
  const doneAt = await corner.until(
    `${objects} objects`,
    0,
    times(objects, ({ type }) => type === "ADDED"),
  );
  await agent.said("Synced", ({ sync, generation }) => sync === "Synced" && generation === 1);
  return { agent, corner, tookMs: doneAt - startedAt, cpuMs: (await agent.usage()).cpuMs - before.cpuMs };
}

/** a3: a newer bundle in which ten objects differ. Only these are written, which the namespace's own watch proves. */
async function measureChange({ bench, kube }: World, agent: BareAgent, corner: Corner): Promise<readonly Measurement[]> {
  const floor: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const isChanged = (index: number): boolean => index >= 500 && index < 500 + changedOnes;
    const next = objectsAt(corner.namespace, objects, (index) => (isChanged(index) ? `1-${round}` : "1"));
    const since = corner.changes.length;
    agent.tell({ kind: "prepare", namespace: corner.namespace, objects: next });
    const before = (await agent.usage()).requests;
    const startedAt = performance.now();
    agent.tell({ kind: "assign" });
    const doneAt = await corner.until(
      `${changedOnes} changes`,
      since,
      times(changedOnes, ({ type }) => type === "MODIFIED"),
    );
    took.push(doneAt - startedAt);
    const generation = round + 2;
    await agent.said("Synced again", (status) => status.sync === "Synced" && status.generation === generation);
    const requests = (await agent.usage()).requests - before;
    if (requests !== changedOnes) throw new Error(`a3: ${requests} requests for ${changedOnes} changed objects`);
    floor.push(
      await applyBare(
        kube,
        objectsAt("bare-0", objects, (index) => (isChanged(index) ? `1-${round}` : "1")).filter((_, index) => isChanged(index)),
      ),
    );
  }
  bench.say("a3 measured");
  return [series({ id: "a3", name: `${changedOnes} of ${objects} changed, ${changedOnes} requests`, floor, target: { p50: 150 } }, took)];
}

/** a4: a new generation with the same content. The agent's own CPU, and no request at all. */
async function measureNothing({ bench }: World, agent: BareAgent, corner: Corner): Promise<readonly Measurement[]> {
  const cpu: number[] = [];
  const first = 12;
  for (let round = 0; round < 10; round += 1) {
    // Another generation of the same objects: everything is compared anew.
    agent.tell({
      kind: "prepare",
      namespace: corner.namespace,
      objects: objectsAt(corner.namespace, objects, (index) => (index >= 500 && index < 500 + changedOnes ? "1-9" : "1")),
    });
    const before = await agent.usage();
    agent.tell({ kind: "assign" });
    await agent.said("Synced, unchanged", (status) => status.sync === "Synced" && status.generation === first + round);
    const after = await agent.usage();
    if (after.requests !== before.requests) throw new Error(`a4: ${after.requests - before.requests} requests where nothing had changed`);
    cpu.push(after.cpuMs - before.cpuMs);
  }
  bench.say("a4 measured");
  return [series({ id: "a4", name: `nothing of ${objects} changed: the agent's CPU, 0 requests`, target: { p50: 30 } }, cpu)];
}

/** b2: a hundred deleted at once, from the first deletion's request until the last is there again. */
async function measureMassDeletion({ bench, kube }: World, corner: Corner): Promise<readonly Measurement[]> {
  const took: number[] = [];
  const floor: number[] = [];
  // Objects that were healed wait before they are healed again, so each round takes others.
  for (let round = 0; round < 5; round += 1) {
    const from = 100 + round * deletedOnes;
    const targets = objectsAt(corner.namespace, objects, () => "1").slice(from, from + deletedOnes);
    const uids = new Map(corner.changes.map(({ object }) => [object.metadata.name, String(object.metadata["uid"])]));
    const since = corner.changes.length;
    const startedAt = performance.now();
    await Promise.all(targets.map((object) => remove(kube, object, uids.get(object.metadata.name)!)));
    const doneAt = await corner.until(
      "all are back",
      since,
      times(deletedOnes, ({ type }) => type === "ADDED"),
      30_000,
    );
    took.push(doneAt - startedAt);
    floor.push(await applyBare(kube, objectsAt(`bare-${round}`, objects, () => `again-${round}`).slice(from, from + deletedOnes)));
  }
  bench.say("b2 measured");
  return [series({ id: "b2", name: `${deletedOnes} deleted at once → all back`, floor, target: { p50: 1_000, p99: 1_000 } }, took)];
}

const remove = (kube: Kube, object: KubeObject, uid: string): Promise<void> =>
  kube.delete(
    { resource: resourceOf(object), namespace: String(object.metadata["namespace"]), name: object.metadata.name },
    { uid },
    AbortSignal.timeout(30_000),
  );
