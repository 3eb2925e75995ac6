import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "@drover/agent";
import type { Bench } from "../harness/bench.ts";
import { cpuMicros } from "../harness/process-cpu.ts";
import { memoryOf, peakMb } from "../harness/process-memory.ts";
import { type Bounds, type Measurement, series } from "../harness/row.ts";
import type { Installation } from "../installation/start-installation.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { ShippedAgent } from "./shipped-agent.ts";

/** What the agent needs settles after this: garbage of the work that went before. */
const restMs = 10_000;
const idleMs = 30_000;
const starts = 5;

interface Keeping {
  readonly objects: 0 | 1_000 | 10_000;
  readonly resident?: number;
  readonly private?: number;
  readonly cpu: number;
}

/** e2: what an agent holds when nothing happens, in the process that has just done the work. */
export async function measureFootprint(bench: Bench, agent: ShippedAgent, keeping: Keeping): Promise<readonly Measurement[]> {
  await sleep(restMs, undefined, { signal: bench.signal });
  const before = await cpuMicros(agent.pid);
  const from = performance.now();
  await sleep(idleMs, undefined, { signal: bench.signal });
  const mCpu = (await cpuMicros(agent.pid)) - before;
  const elapsedMs = performance.now() - from;
  const { residentMb, privateMb } = await memoryOf(agent.pid);
  const objects = keeping.objects.toLocaleString("en");
  const id = `e2-${keeping.objects}`;
  const one = (suffix: string, name: string, unit: Measurement["unit"], value: number, target?: number): Measurement => ({
    id: `${id}${suffix}`,
    name,
    n: 1,
    unit,
    value,
    ...(target === undefined ? {} : { target: { value: target } satisfies Bounds }),
  });
  bench.say(`e2 measured with ${objects} objects`);
  return [
    one("", `resident memory with ${objects} objects`, "MB", residentMb, keeping.resident),
    one("-private", "of it private", "MB", privateMb, keeping.private),
    one("-peak", "the most that was ever resident", "MB", await peakMb(agent.pid)),
    one("-cpu", `idle for ${idleMs / 1_000} s with ${objects} objects`, "mCPU", mCpu / elapsedMs, keeping.cpu),
  ];
}

/** g5: from the start of the process until it has compared everything. No object may change meanwhile. */
export async function measureColdStart(
  bench: Bench,
  agent: ShippedAgent,
  view: ClusterView,
  applications: number,
): Promise<readonly Measurement[]> {
  const took: number[] = [];
  const floor: number[] = [];
  const cpu: number[] = [];
  const kinds = [view.ref("ConfigMap", "").resource, view.ref("Deployment", "").resource];
  const written: KubeObject[] = [];
  const stop = view.onChange(({ object }) => void written.push(object));
  for (let start = 0; start < starts; start += 1) {
    const from = performance.now();
    for (const resource of kinds) await view.kube.list(resource, {}, bench.signal);
    floor.push(performance.now() - from);
    await agent.restart();
    took.push((await agent.untilSynced(applications, 30_000)) - agent.startedAt);
    cpu.push((await cpuMicros(agent.pid)) / 1_000);
  }
  stop();
  if (written.length > 0) throw new Error(`g5: ${written.length} objects were written by starts with everything in place`);
  bench.say("g5 measured");
  return [
    series({ id: "g5", name: "start → 1,010 objects in sync, 0 writes", floor, target: { p50: 1_500 } }, took),
    series({ id: "g5-cpu", name: "the processor time of such a start" }, cpu),
  ];
}

/** Objects that only add up. */
export async function pushMany(installation: Installation, repository: string, objects: readonly KubeObject[]): Promise<void> {
  const perFile = 1_000;
  const files = Array.from({ length: Math.ceil(objects.length / perFile) }, (_, index): [string, string] => [
    `deploy/objects-${index}.yaml`,
    objects
      .slice(index * perFile, (index + 1) * perFile)
      .map((object) => `${JSON.stringify(object)}\n`)
      .join("---\n"),
  ]);
  await installation.checkouts[repository]?.push(`${objects.length} objects`, Object.fromEntries(files));
}
