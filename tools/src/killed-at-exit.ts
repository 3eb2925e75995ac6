import type { ChildProcess } from "node:child_process";

const living = new Set<ChildProcess>();

/** Kills `child` when this process exits. One listener serves all children: Node warns of the eleventh. */
export function killedAtExit(child: ChildProcess): void {
  if (living.size === 0) process.on("exit", killLiving);
  living.add(child);
  child.once("close", () => {
    living.delete(child);
    if (living.size === 0) process.off("exit", killLiving);
  });
}

function killLiving(): void {
  for (const child of living) child.kill("SIGKILL");
}
