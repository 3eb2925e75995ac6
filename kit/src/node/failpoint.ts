import { writeSync } from "node:fs";

/** Where a process is to die, and at which passage. */
export interface FailpointOrder<Name extends string> {
  readonly name: Name;
  readonly passage: number;
}

/** Points at which a process can be told to die, so that a test sees what a crash just there leaves behind. */
export interface Failpoints<Name extends string> {
  arm(order: FailpointOrder<Name>): void;
  /** Costs a comparison in a process that was told nothing. */
  pass(name: Name): void;
}

export function createFailpoints<Name extends string>(die: (name: Name) => void = killThisProcess): Failpoints<Name> {
  let armed: FailpointOrder<Name> | undefined;
  return {
    arm(order) {
      armed = order;
    },
    pass(name) {
      if (armed?.name !== name) return;
      if (armed.passage <= 1) die(name);
      armed = { name, passage: armed.passage - 1 };
    },
  };
}

/** As when the machine loses its power: nothing is flushed, closed or said. No statement runs after it. */
function killThisProcess(name: string): void {
  writeSync(process.stderr.fd, `killed at failpoint ${name}\n`);
  process.kill(process.pid, "SIGKILL");
}
