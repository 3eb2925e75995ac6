import { type KubeObject, kubeconfigConnection } from "@drover/agent";
import { type Changes, type LiveCluster, notYet, right, waitUntil } from "@drover/demo";
import { createKubeClient, type KubeClient } from "../../../agent/src/adapters/kube/client.ts";
import { objectPath } from "../../../agent/src/adapters/kube/paths.ts";
import type { Bench } from "../harness/bench.ts";
import { overlapping } from "../harness/pace.ts";
import { type Measurement, series } from "../harness/row.ts";
import type { Installation } from "../installation/start-installation.ts";
import { type ClusterView, keyOf, seen, type WatchedKind } from "./cluster-view.ts";
import { type Case, casesOf, editOf, type Healer, isRight, type Kept, type Kind, objectsNamed } from "./damage.ts";
import { applyBare } from "./push-to-cluster.ts";

const managed = { ConfigMap: 880, Deployment: 120 } as const;
const samples = { ConfigMap: 200, Deployment: 100 } as const;
/** Objects of each kind that are damaged before anything counts. */
const warmUps = 5;
const everyMs = 60;
const deadlineMs = 10_000;
const targets = { ConfigMap: { p50: 15, p99: 60 }, Deployment: { p50: 35, p99: 120 } } as const;

/**
 * b1: how long an object is wrong in a cluster whose agent keeps a thousand, each damaged once. As many are damaged beside them, which a bare
 * watch and one server-side apply put right: the floor, measured in turns with the agent.
 */
export async function measureHealing(
  bench: Bench,
  installation: Installation,
  { plan, kubeconfig }: LiveCluster,
  view: ClusterView,
): Promise<readonly Measurement[]> {
  const kept: Kept = {
    agent: objectsNamed("bulk", managed),
    bare: objectsNamed("bare", { ConfigMap: warmUps + samples.ConfigMap, Deployment: warmUps + samples.Deployment }),
  };
  await installation.checkouts["bulk"]?.push("A thousand objects", filesOf(kept.agent));
  for (const object of kept.bare) await applyBare(view, object);
  await untilHealthy(bench, installation, plan.name, kept.agent.length);
  bench.say(`the agent keeps ${kept.agent.length} objects`);

  const stopHealing = healBare(view, kept.bare);
  const person = createKubeClient({ connection: await kubeconfigConnection(kubeconfig as string) });
  bench.lifecycle.add("person with kubectl", person.close);
  const healAll = (cases: readonly Case[]): Promise<readonly number[]> =>
    overlapping({ n: cases.length, everyMs, signal: bench.signal }, (index, dueAt) => heal(view, person, cases[index] as Case, dueAt));
  await healAll(casesOf(kept, 0, { ConfigMap: warmUps, Deployment: warmUps }));
  const cases = casesOf(kept, warmUps, { ConfigMap: warmUps + samples.ConfigMap, Deployment: warmUps + samples.Deployment });
  const wrongForMs = await healAll(cases);
  stopHealing();
  await assertRight(view, kept);

  const of = (kind: Kind, healer: Healer): readonly number[] =>
    wrongForMs.filter((_, index) => cases[index]?.kind === kind && cases[index].healer === healer);
  const row = (kind: Kind): Measurement =>
    series(
      {
        id: `b1-${kind.toLowerCase()}`,
        name: `${kind} among ${kept.agent.length}: deleted or edited → restored`,
        floor: of(kind, "bare"),
        target: targets[kind],
      },
      of(kind, "agent"),
    );
  return [row("ConfigMap"), row("Deployment")];
}

const filesOf = (objects: readonly KubeObject[]): Changes => ({
  "deploy/objects.yaml": objects.map((object) => `${JSON.stringify(object)}\n`).join("---\n"),
});

const untilHealthy = ({ signal }: Bench, { api }: Installation, cluster: string, objects: number): Promise<void> =>
  waitUntil({
    expected: `the ${objects} objects are Synced and Healthy`,
    withinMs: 120_000,
    signal,
    look: async () => {
      const { status } = await api("getClusterApplication", { params: { cluster, application: "bulk" } });
      const isThere = status?.current === true && status.sync === "Synced" && status.health === "Healthy" && status.objects === objects;
      return isThere ? right(undefined) : notYet(`${status?.sync}, ${status?.health}, ${status?.objects} objects`);
    },
  });

/** Applies each object whenever it is seen missing or different. Answers how to stop. */
function healBare(view: ClusterView, objects: readonly KubeObject[]): () => void {
  const wanted = new Map(objects.map((object) => [keyOf(object), object]));
  return view.onChange(({ type, object }) => {
    const mine = wanted.get(keyOf(object));
    if (mine !== undefined && (type === "DELETED" || !isRight(object, mine))) applyBare(view, mine).catch(() => {}); // its case times out
  });
}

/**
 * Damages one object and answers how long it was wrong: from the watch's word of the damage, or the server's answer to whoever did it when that
 * came first, until the watch shows it right. Delay of ours before the damage counts too.
 */
async function heal(view: ClusterView, person: KubeClient, { object, damage }: Case, dueAt: number): Promise<number> {
  const key = keyOf(object);
  let wrongAt: number | undefined;
  const seeing = seen(view, `${key} restored after it was ${damage}`, deadlineMs, (change, at) => {
    if (keyOf(change.object) !== key) return false;
    const isWrong = change.type === "DELETED" || !isRight(change.object, object);
    if (isWrong) wrongAt ??= at;
    return !isWrong && wrongAt !== undefined;
  });
  seeing.catch(() => {}); // told below, also when the damage could not be done
  const lateMs = performance.now() - dueAt;
  await doDamage(view, person, object, damage);
  wrongAt ??= performance.now();
  return (await seeing) - wrongAt + lateMs;
}

async function doDamage(view: ClusterView, person: KubeClient, object: KubeObject, damage: Case["damage"]): Promise<void> {
  const signal = AbortSignal.timeout(deadlineMs);
  const ref = view.ref(object.kind as WatchedKind, object.metadata.name);
  const operation = `damage ${keyOf(object)}`;
  if (damage === "deleted") await person.request({ operation, method: "DELETE", path: objectPath(ref) }, signal);
  else {
    const contentType = "application/strategic-merge-patch+json";
    const path = objectPath(ref, { fieldManager: "kubectl-edit" });
    await person.request({ operation, method: "PATCH", path, body: editOf(object), contentType }, signal);
  }
}

async function assertRight(view: ClusterView, { agent, bare }: Kept): Promise<void> {
  const there = new Map((await view.list()).map((object) => [keyOf(object), object]));
  const wrong = [...agent, ...bare].filter((object) => {
    const found = there.get(keyOf(object));
    return found === undefined || !isRight(found, object);
  });
  if (wrong.length > 0) throw new Error(`${wrong.map(keyOf).slice(0, 10).join(", ")} are not as they should be at the end`);
}
