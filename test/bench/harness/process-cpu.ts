import { readFile } from "node:fs/promises";

const microsPerTick = 10_000; // CLK_TCK is 100 on every Linux that Node runs on

/** CPU time that a process itself has used so far, without its children. */
export async function cpuMicros(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets and may hold anything, blanks and brackets included.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * microsPerTick;
}
