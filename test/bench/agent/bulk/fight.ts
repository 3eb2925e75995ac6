import { setTimeout as sleep } from "node:timers/promises";
import type { Kube, KubeObject } from "@drover/agent";
import type { Bench } from "../../harness/bench.ts";
import { type Measurement, series } from "../../harness/row.ts";
import type { BareAgent } from "./child.ts";
import { type Corner, times } from "./corner.ts";
import { objectsAt } from "./objects.ts";
import { resourceOf } from "./corner.ts";

const fightMs = 60_000;
const editEveryMs = 100;
const healEveryMs = 1_000;

/** b3: somebody edits one object ten times a second for a minute. What that costs, when it is told, and what other heals have of it. */
export async function measureFight(bench: Bench, kube: Kube, agent: BareAgent, corner: Corner): Promise<readonly Measurement[]> {
  const all = objectsAt(corner.namespace, 1_000, () => "1");
  const [fought, ...others] = all.slice(700) as [KubeObject, ...KubeObject[]];
  const startedAt = performance.now();
  const before = await agent.usage();
  const told = agent.said("who fights", ({ failing }) => failing.some((why) => why.includes("bench-fighter")), fightMs);
  told.catch(() => {});
  const fighting = fight(kube, fought, startedAt + fightMs, bench.signal);
  const heals: number[] = [];
  for (let next = 0; performance.now() < startedAt + fightMs - 2_000; next += 1) {
    heals.push(await healOne(kube, corner, others[next]!));
    await sleep(healEveryMs, undefined, { signal: bench.signal });
  }
  await fighting;
  const after = await agent.usage();
  const toldAfterMs = (await told) - startedAt;
  const share = ((after.cpuMs - before.cpuMs) / (performance.now() - startedAt)) * 100;
  bench.say("b3 measured");
  return [
    {
      id: "b3-cpu",
      name: "an edit every 100 ms for a minute: of one processor",
      n: 1,
      unit: "%",
      value: share,
      target: { value: 5 },
    },
    { id: "b3-told", name: "until the fight is told, with its manager", n: 1, unit: "ms", value: toldAfterMs, target: { value: 5_000 } },
    series({ id: "b3-heal", name: "other objects' heal meanwhile", target: { p50: 15, p99: 60 } }, heals),
  ];
}

async function fight(kube: Kube, object: KubeObject, until: number, signal: AbortSignal): Promise<void> {
  for (let edit = 0; performance.now() < until; edit += 1) {
    await edited(kube, object, `edit ${edit}`, "bench-fighter");
    await sleep(editEveryMs, undefined, { signal });
  }
}

/** From the server's answer to the edit until the watch shows the object right again. */
async function healOne(kube: Kube, corner: Corner, object: KubeObject): Promise<number> {
  const since = corner.changes.length;
  await edited(kube, object, "by hand", "bench-editor");
  const wrongAt = performance.now();
  const isRight = times(1, ({ type, object: now }) => {
    const data = now["data"] as { readonly text?: string } | undefined;
    return type === "MODIFIED" && now.metadata.name === object.metadata.name && data?.text !== "by hand";
  });
  return (await corner.until(`${object.metadata.name} healed`, since, isRight, 30_000)) - wrongAt;
}

const edited = (kube: Kube, object: KubeObject, text: string, fieldManager: string): Promise<KubeObject> =>
  kube.apply(
    { resource: resourceOf(object), namespace: String(object.metadata["namespace"]), name: object.metadata.name },
    { apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.metadata.name }, data: { text } },
    { fieldManager, force: true },
    AbortSignal.timeout(30_000),
  );
