import { readFile } from "node:fs/promises";
import { DroverError } from "@drover/kit";
import type { Bench } from "../harness/bench.ts";
import type { Measurement } from "../harness/row.ts";
import { startInstallation } from "../installation/start-installation.ts";
import { type Attack, attacks, type Victim } from "./attacks.ts";
import { lagSinceLast } from "./event-loop-lag.ts";

const attackMs = 4_000;
const attackers = 4;
/** What others may notice of an attack. */
const target = { p99: 100 };

/** How late the control plane comes to anything else while somebody sends it what no program should, beside what it is late by when idle. */
export async function measureBadInput(bench: Bench): Promise<readonly Measurement[]> {
  const { controlPlane, api } = await startInstallation(bench, {
    repositories: [],
    fleet: () => ({ "README.md": "A fleet without clusters.\n" }),
  });
  const victim: Victim = {
    rest: new URL(controlPlane.apiUrl),
    grpc: controlPlane.grpc,
    ca: await readFile(controlPlane.caFile, "utf8"),
    token: (await readFile(controlPlane.tokenFile, "utf8")).trim(),
  };
  const metrics = async (): Promise<string> => String(await api("getMetrics"));

  await until(attackMs, bench.signal, async () => void (await api("whoAmI"))); // its code is compiled before anybody measures
  await lagSinceLast(metrics);
  await idle(attackMs);
  const floor = await lagSinceLast(metrics);

  const measured: Measurement[] = [];
  for (const attack of attacks) {
    bench.say(attack.name);
    await attack.send(victim);
    await lagSinceLast(metrics);
    const sent = await attackFor(attack, victim, bench.signal);
    const { p99, max } = await lagSinceLast(metrics);
    measured.push({ id: `bad-${attack.id}`, name: attack.name, n: sent, unit: "ms", p99, max, floor: { p99: floor.p99 }, target });
    await api("whoAmI"); // it still answers
  }
  return measured;
}

async function attackFor(attack: Attack, victim: Victim, signal: AbortSignal): Promise<number> {
  let sent = 0;
  const one = async (): Promise<void> => {
    await attack.send(victim);
    sent += 1;
  };
  await Promise.all(Array.from({ length: attackers }, () => until(attackMs, signal, one)));
  if (sent === 0) throw new DroverError("internal", "BENCH_VOID", `${attack.name}: none was answered within ${attackMs} ms`);
  return sent;
}

async function until(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    signal.throwIfAborted();
    await work();
  }
}

const idle = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
