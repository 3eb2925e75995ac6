import { readdir, readFile } from "node:fs/promises";

const microsPerTick = 10_000; // CLK_TCK is 100 on every Linux that Node runs on

/** CPU time that a process itself has used so far, without its children. */
export async function cpuMicros(pid: number): Promise<number> {
  const { user, system } = await readStat(pid);
  return (user + system) * microsPerTick;
}

/** CPU time that a process and its children have used so far, those that have ended included. Theirs in turn are left out. */
export async function cpuMicrosWithChildren(pid: number): Promise<number> {
  const { user, system, ended } = await readStat(pid);
  const others = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const stats = await Promise.all(others.map((other) => readStat(other).catch(() => undefined))); // it has ended meanwhile
  const children = stats.filter((stat) => stat?.parent === pid).map((stat) => stat!.user + stat!.system);
  return (user + system + ended + children.reduce((sum, ticks) => sum + ticks, 0)) * microsPerTick;
}

interface Stat {
  readonly parent: number;
  readonly user: number;
  readonly system: number;
  /** Of children that were waited for. */
  readonly ended: number;
}

async function readStat(pid: number): Promise<Stat> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets and may hold anything, blanks and brackets included.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((index) => fields[index] ?? 0);
  return { parent: parent!, user: user!, system: system!, ended: endedUser! + endedSystem! };
}
