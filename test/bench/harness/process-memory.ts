import { readFile } from "node:fs/promises";

export interface ProcessMemory {
  readonly residentMb: number;
  /** What would be free again if the process ended: without the parts of its program that others share. */
  readonly privateMb: number;
}

export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const mb = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(rollup)?.[1]) / 1024;
  return { residentMb: mb("Rss"), privateMb: mb("Private_Clean") + mb("Private_Dirty") };
}

/** The most that was ever resident. */
export async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
